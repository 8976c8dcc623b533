using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Core;

/// <summary>p(z) = Π ½ e^−|zⱼ|: most latents near zero, a few far out. Its divergence has no closed form, and is estimated by draws.</summary>
public sealed class LaplacePrior : Prior
{
    /// <inheritdoc/>
    public override string Name => "Laplace";

    /// <inheritdoc/>
    public override bool IsFactorised => true;

    /// <inheritdoc/>
    public override IPriorDensity Density(int latentDimension, ReadOnlyMemory<float> parameters, Func<IImmersion> decoder) => new LaplaceDensity();

    /// <inheritdoc/>
    public override bool Equals(Prior? other) => other is LaplacePrior;

    private sealed class LaplaceDensity : IPriorDensity
    {
        public double LogDensity(ReadOnlySpan<float> z)
        {
            double sum = 0;
            foreach (float v in z) sum -= Math.Abs(v) + Math.Log(2);
            return sum;
        }

        public void Gradient(ReadOnlySpan<float> z, Span<float> gradient)
        {
            for (int j = 0; j < z.Length; j++) gradient[j] = -MathF.Sign(z[j]);
        }

        public void LatentTerms(ReadOnlySpan<float> z, Span<double> terms)
        {
            for (int j = 0; j < z.Length; j++) terms[j] = -Math.Abs(z[j]) - Math.Log(2);
        }

        public double Variance(int latent) => 2;
    }
}
