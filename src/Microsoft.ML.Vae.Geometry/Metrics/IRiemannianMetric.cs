namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// A Riemannian metric on R^d: an inner product of velocities that depends on the point. A metric says what it is by <see cref="Dimension"/> and <see cref="Evaluate"/>; the rest
/// follows by central differences, with an error near 1e-10 relative to G‴ and G, and a metric that knows its derivatives overrides what it can say better. Thread-safe.
/// </summary>
/// <remarks>Every solver works with every metric: nobody asks a metric for its type.</remarks>
public interface IRiemannianMetric
{
    /// <summary>d, the number of coordinates.</summary>
    int Dimension { get; }

    /// <summary>Writes the metric matrix G.</summary>
    /// <param name="point">z, [d].</param>
    /// <param name="metric">G(z), [d, d], symmetric positive semi-definite.</param>
    void Evaluate(ReadOnlySpan<double> point, Span<double> metric);

    /// <summary>Writes G at many points, by default one after another. An implementation may share work between them.</summary>
    /// <param name="points">[n, d], row-major.</param>
    /// <param name="metrics">[n, d, d].</param>
    void EvaluateAll(ReadOnlySpan<double> points, Span<double> metrics)
    {
        int d = Dimension;
        for (int p = 0; p < points.Length / d; p++) Evaluate(points.Slice(p * d, d), metrics.Slice(p * d * d, d * d));
    }

    /// <summary>
    /// Writes the Christoffel contraction Γ(u, v): Γᵏᵢⱼ uⁱ vʲ. A geodesic obeys c″ = −Γ(c′, c′); a vector carried parallel along c
    /// obeys w′ = −Γ(c′, w).
    /// </summary>
    /// <param name="point">z, [d].</param>
    /// <param name="u">Tangent vector, [d].</param>
    /// <param name="v">Tangent vector, [d].</param>
    /// <param name="result">Γ(u, v), [d].</param>
    /// <returns>False if G(z) is singular or a value is not finite; the result is then of no use.</returns>
    bool TryChristoffel(ReadOnlySpan<double> point, ReadOnlySpan<double> u, ReadOnlySpan<double> v, Span<double> result) =>
        MetricDifferences.TryChristoffel(this, point, u, v, result);

    /// <summary>Writes the energies e(z, v) = ½vᵀG(z)v of velocities at many points, with their derivatives by the point and by the velocity.</summary>
    /// <param name="points">z, [n, d].</param>
    /// <param name="velocities">v, [n, d].</param>
    /// <param name="energies">e, [n]; not finite where the metric is not.</param>
    /// <param name="byPoints">∂e/∂z, [n, d].</param>
    /// <param name="byVelocities">∂e/∂v = Gv, [n, d].</param>
    void EnergyGradients(ReadOnlySpan<double> points, ReadOnlySpan<double> velocities, Span<double> energies, Span<double> byPoints, Span<double> byVelocities) =>
        MetricDifferences.EnergyGradients(this, points, velocities, energies, byPoints, byVelocities);

    /// <summary>‖c″ + Γ(c′, c′)‖, by which a curve fails to be a geodesic; +∞ where the metric is singular.</summary>
    /// <param name="point">c, [d].</param>
    /// <param name="velocity">c′, [d].</param>
    /// <param name="acceleration">c″, [d].</param>
    double CovariantAcceleration(ReadOnlySpan<double> point, ReadOnlySpan<double> velocity, ReadOnlySpan<double> acceleration)
    {
        using var scratch = new Scratch(Dimension);
        Span<double> covariant = scratch.Take(Dimension);
        if (!TryChristoffel(point, velocity, velocity, covariant)) return double.PositiveInfinity;
        DenseAlgebra.AddScaled(acceleration, 1, covariant);
        return this.Norm(point, covariant);
    }

    /// <summary>The energy of curves of so many segments, as this metric discretises it best.</summary>
    internal ICurveEnergy CreateEnergy(int segments) => new MetricEnergy(this, segments);

    /// <summary>A curve's length by the rule that serves this metric best.</summary>
    internal CurveLength LengthOf(LatentCurve curve, double relativeTolerance) => CurveLength.ByGauss(this, curve, relativeTolerance);
}
