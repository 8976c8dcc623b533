namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// An immersion that knows its second derivatives. Where an immersion does not, <see cref="SecondDerivatives"/> takes central
/// differences of its Jacobian.
/// </summary>
public interface ISecondOrderImmersion : IImmersion
{
    /// <summary>Writes the second derivative along a line: D²f(z)[v, v] = d²/ds² f(z + s v) at s = 0.</summary>
    /// <param name="latent">z, [d].</param>
    /// <param name="direction">v, [d].</param>
    /// <param name="result">D²f(z)[v, v], [D].</param>
    void SecondDerivative(ReadOnlySpan<double> latent, ReadOnlySpan<double> direction, Span<double> result);

    /// <summary>Writes the Hessian of one weighted sum of the outputs: Σᵢ wᵢ ∇²fᵢ(z).</summary>
    /// <param name="latent">z, [d].</param>
    /// <param name="weights">w, [D].</param>
    /// <param name="hessian">[d, d], symmetric.</param>
    void WeightedHessian(ReadOnlySpan<double> latent, ReadOnlySpan<double> weights, Span<double> hessian);

    /// <summary>Writes J and Σᵢ wᵢ ∇²fᵢ at once, which share most of their work.</summary>
    /// <param name="latent">z, [d].</param>
    /// <param name="weights">w, [D].</param>
    /// <param name="jacobian">J, [D, d], row-major.</param>
    /// <param name="hessian">[d, d], symmetric.</param>
    void JacobianAndHessian(ReadOnlySpan<double> latent, ReadOnlySpan<double> weights, Span<double> jacobian, Span<double> hessian)
    {
        Jacobian(latent, jacobian);
        WeightedHessian(latent, weights, hessian);
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
