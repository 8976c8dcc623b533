namespace Microsoft.ML.Vae.Core;

/// <summary>xᵢ ~ Bernoulli(sigmoid(output)): binary cross-entropy less its value at x̂ = x, so that D ≥ 0 also for x strictly between 0 and 1.</summary>
/// <remarks>G_x = diag(1/(2 x̆ᵢ(1 − x̆ᵢ))). Computed on logits. Features must lie in [0, 1].</remarks>
public sealed class BernoulliLikelihood : Likelihood
{
    // Keeps logit(x) finite in single precision where a reconstruction saturates; beyond it the sigmoid's slope is zero anyway.
    internal const double Margin = 1e-7;

    private BernoulliLikelihood() { }

    /// <summary>The only instance: it has no options.</summary>
    public static BernoulliLikelihood Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "Bernoulli";

    /// <inheritdoc/>
    public override FeatureSupport SupportOf(int feature) => FeatureSupport.UnitInterval;

    /// <inheritdoc/>
    public override Layer Mean(int featureCount) => new Elementwise(Activation.Sigmoid);

    /// <inheritdoc/>
    public override void LogLikelihoodAtMode(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters, Span<double> terms)
    {
        for (int i = 0; i < terms.Length; i++) terms[i] = StableMath.XLogX(x[i]) + StableMath.XLogX(1.0 - x[i]);
    }

    /// <inheritdoc/>
    public override void Distortion(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<double> terms)
    {
        for (int i = 0; i < terms.Length; i++)
        {
            double crossEntropy = StableMath.Softplus(output[i]) - ((double)x[i] * output[i]);
            terms[i] = Math.Max(0, crossEntropy + StableMath.XLogX(x[i]) + StableMath.XLogX(1.0 - x[i]));
        }
    }

    /// <inheritdoc/>
    public override void OutputGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient)
    {
        for (int i = 0; i < gradient.Length; i++) gradient[i] = (float)(weights[i] * (StableMath.Sigmoid(output[i]) - x[i]));
    }

    /// <inheritdoc/>
    public override void TargetGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient)
    {
        for (int i = 0; i < gradient.Length; i++)
        {
            double v = Math.Clamp(x[i], Margin, 1 - Margin);
            gradient[i] = (float)(weights[i] * (Math.Log(v / (1 - v)) - output[i]));
        }
    }

    /// <inheritdoc/>
    public override void Metric(ReadOnlySpan<double> mean, ReadOnlySpan<float> parameters, ReadOnlySpan<double> v, Span<double> product)
    {
        for (int i = 0; i < product.Length; i++)
        {
            double p = Math.Clamp(mean[i], Margin, 1 - Margin);
            product[i] = v[i] / (2 * p * (1 - p));
        }
    }

    /// <inheritdoc/>
    public override bool Equals(Likelihood? other) => other is BernoulliLikelihood;

    /// <inheritdoc/>
    public override T Accept<T>(LikelihoodVisitor<T> visitor) => visitor.Visit(this);

    internal override RowLoss CreateLoss<T>(int features, int threads) => new BernoulliLoss<T>(features, threads);
}
