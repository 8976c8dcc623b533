using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Core;

/// <summary>N(0, I): its divergence has a closed form, and a part for each latent.</summary>
public sealed class StandardNormalPrior : Prior
{
    private StandardNormalPrior() { }

    /// <summary>The only instance: it has no options.</summary>
    public static StandardNormalPrior Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "StandardNormal";

    /// <inheritdoc/>
    public override bool IsFactorised => true;

    internal override bool IsStandardNormal => true;

    /// <inheritdoc/>
    public override IPriorDensity Density(int latentDimension, ReadOnlyMemory<float> parameters, Func<IImmersion> decoder) => new StandardNormalDensity();

    /// <inheritdoc/>
    public override T Accept<T>(PriorVisitor<T> visitor) => visitor.Visit(this);

    /// <inheritdoc/>
    public override bool Equals(Prior? other) => other is StandardNormalPrior;

    private sealed class StandardNormalDensity : IPriorDensity
    {
        public double LogDensity(ReadOnlySpan<float> z) => DiagonalGaussian.LogPrior(z);

        public void Gradient(ReadOnlySpan<float> z, Span<float> gradient) => System.Numerics.Tensors.TensorPrimitives.Negate(z, gradient);

        public void LatentTerms(ReadOnlySpan<float> z, Span<double> terms)
        {
            for (int j = 0; j < terms.Length; j++) terms[j] = -0.5 * (((double)z[j] * z[j]) + StableMath.Log2Pi);
        }
    }
}
