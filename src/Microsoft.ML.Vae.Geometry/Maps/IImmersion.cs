namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// A smooth map f: R^d → R^D, seen through its values and derivatives. All that this assembly knows of a decoder. Values and Jacobian are asked of every map; second derivatives
/// default to central differences of the Jacobian, and whoever knows better overrides them; so it is with many points at once. Thread-safe.
/// </summary>
/// <remarks>The differences' step is h = ε^⅓ (1 + |z|), their error about ε^⅔ ≈ 4e-11 relative to f‴ and J.</remarks>
public interface IImmersion
{
    /// <summary>d, the number of latent coordinates.</summary>
    int LatentDimension { get; }

    /// <summary>D, the number of coordinates of the space that holds the image.</summary>
    int AmbientDimension { get; }

    /// <summary>Writes f(z).</summary>
    /// <param name="latent">z, [d].</param>
    /// <param name="point">f(z), [D].</param>
    void Evaluate(ReadOnlySpan<double> latent, Span<double> point);

    /// <summary>Writes J = ∂f/∂z.</summary>
    /// <param name="latent">z, [d].</param>
    /// <param name="jacobian">J, [D, d], row-major.</param>
    void Jacobian(ReadOnlySpan<double> latent, Span<double> jacobian);

    /// <summary>Writes the second derivative along a line: D²f(z)[v, v] = d²/ds² f(z + s v) at s = 0.</summary>
    /// <param name="latent">z, [d].</param>
    /// <param name="direction">v, [d].</param>
    /// <param name="result">D²f(z)[v, v], [D].</param>
    void SecondDerivative(ReadOnlySpan<double> latent, ReadOnlySpan<double> direction, Span<double> result) =>
        JacobianDifferences.Along(this, latent, direction, result);

    /// <summary>Writes the Hessian of one weighted sum of the outputs: Σᵢ wᵢ ∇²fᵢ(z).</summary>
    /// <param name="latent">z, [d].</param>
    /// <param name="weights">w, [D].</param>
    /// <param name="hessian">[d, d], symmetric.</param>
    void WeightedHessian(ReadOnlySpan<double> latent, ReadOnlySpan<double> weights, Span<double> hessian) =>
        JacobianDifferences.WeightedHessian(this, latent, weights, hessian);

    /// <summary>Writes J and Σᵢ wᵢ ∇²fᵢ at once, which may share most of their work.</summary>
    /// <param name="latent">z, [d].</param>
    /// <param name="weights">w, [D].</param>
    /// <param name="jacobian">J, [D, d], row-major.</param>
    /// <param name="hessian">[d, d], symmetric.</param>
    void JacobianAndHessian(ReadOnlySpan<double> latent, ReadOnlySpan<double> weights, Span<double> jacobian, Span<double> hessian)
    {
        Jacobian(latent, jacobian);
        WeightedHessian(latent, weights, hessian);
    }

    /// <summary>Writes f at many points, by default one after another. An implementation may share work between them.</summary>
    /// <param name="latents">[n, d], row-major.</param>
    /// <param name="points">[n, D], row-major.</param>
    void EvaluateAll(ReadOnlySpan<double> latents, Span<double> points)
    {
        int d = LatentDimension, D = AmbientDimension;
        for (int p = 0; p < latents.Length / d; p++) Evaluate(latents.Slice(p * d, d), points.Slice(p * D, D));
    }

    /// <summary>Writes J at many points, by default one after another. An implementation may share work between them.</summary>
    /// <param name="latents">[n, d], row-major.</param>
    /// <param name="jacobians">[n, D, d].</param>
    void JacobianAll(ReadOnlySpan<double> latents, Span<double> jacobians)
    {
        int d = LatentDimension, D = AmbientDimension;
        for (int p = 0; p < latents.Length / d; p++) Jacobian(latents.Slice(p * d, d), jacobians.Slice(p * D * d, D * d));
    }

    /// <summary>Writes J and Σᵢ wᵢ ∇²fᵢ at many points, by default one after another. An implementation may share work between them.</summary>
    /// <param name="latents">[n, d], row-major.</param>
    /// <param name="weights">w of each point, [n, D].</param>
    /// <param name="jacobians">[n, D, d].</param>
    /// <param name="hessians">[n, d, d].</param>
    void JacobianAndHessianAll(ReadOnlySpan<double> latents, ReadOnlySpan<double> weights, Span<double> jacobians, Span<double> hessians)
    {
        int d = LatentDimension, D = AmbientDimension;
        for (int p = 0; p < latents.Length / d; p++)
            JacobianAndHessian(latents.Slice(p * d, d), weights.Slice(p * D, D), jacobians.Slice(p * D * d, D * d), hessians.Slice(p * d * d, d * d));
    }
}
