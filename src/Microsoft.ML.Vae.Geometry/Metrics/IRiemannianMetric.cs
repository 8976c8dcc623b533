namespace Microsoft.ML.Vae.Geometry;

/// <summary>A Riemannian metric on R^d: an inner product of velocities that depends on the point. Thread-safe.</summary>
public interface IRiemannianMetric
{
    /// <summary>d, the number of coordinates.</summary>
    int Dimension { get; }

    /// <summary>Writes the metric matrix G.</summary>
    /// <param name="point">z, [d].</param>
    /// <param name="metric">G(z), [d, d], symmetric positive semi-definite.</param>
    void Evaluate(ReadOnlySpan<double> point, Span<double> metric);

    /// <summary>
    /// Writes the Christoffel contraction Γ(u, v): Γᵏᵢⱼ uⁱ vʲ. A geodesic obeys c″ = −Γ(c′, c′); a vector carried parallel along c
    /// obeys w′ = −Γ(c′, w).
    /// </summary>
    /// <param name="point">z, [d].</param>
    /// <param name="u">Tangent vector, [d].</param>
    /// <param name="v">Tangent vector, [d].</param>
    /// <param name="result">Γ(u, v), [d].</param>
    /// <returns>False if G(z) is singular or a value is not finite; the result is then of no use.</returns>
    bool TryChristoffel(ReadOnlySpan<double> point, ReadOnlySpan<double> u, ReadOnlySpan<double> v, Span<double> result);
}
