namespace Microsoft.ML.Vae.Core;

/// <summary>xᵢ ~ Bernoulli(sigmoid(output)): binary cross-entropy less its value at x̂ = x, so that D ≥ 0 also for x strictly between 0 and 1.</summary>
/// <remarks>G_x = diag(1/(2 x̆ᵢ(1 − x̆ᵢ))). Computed on logits. Features must lie in [0, 1].</remarks>
public sealed class BernoulliLikelihood : Likelihood
{
    // Keeps logit(x) finite in single precision where a reconstruction saturates; beyond it the sigmoid's slope is zero anyway.
    private const double Margin = 1e-7;

    private BernoulliLikelihood() { }

    /// <summary>The only instance: it has no options.</summary>
    public static BernoulliLikelihood Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "Bernoulli";

    /// <inheritdoc/>
    public override Activation Link => Activation.Sigmoid;

    /// <inheritdoc/>
    public override float ParameterFloor => float.NegativeInfinity;

    /// <inheritdoc/>
    public override int ParameterCount(int featureCount) => 0;

    /// <inheritdoc/>
    public override void InitializeParameters(Span<float> parameters) { }

    /// <inheritdoc/>
    public override double RowWeight(ReadOnlySpan<float> x) => 1;

    /// <inheritdoc/>
    public override double? MetricScale(ReadOnlySpan<float> x) => null;

    /// <inheritdoc/>
    public override double LogLikelihoodAtMode(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters)
    {
        double sum = 0;
        foreach (float v in x) sum += StableMath.XLogX(v) + StableMath.XLogX(1.0 - v);
        return sum;
    }

    /// <inheritdoc/>
    public override void Distortion(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<double> terms)
    {
        for (int i = 0; i < terms.Length; i++)
        {
            double crossEntropy = StableMath.Softplus(output[i]) - ((double)x[i] * output[i]);
            terms[i] = crossEntropy + StableMath.XLogX(x[i]) + StableMath.XLogX(1.0 - x[i]);
        }
    }

    /// <inheritdoc/>
    public override void OutputGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<float> gradient)
    {
        for (int i = 0; i < gradient.Length; i++) gradient[i] = (float)(StableMath.Sigmoid(output[i]) - x[i]);
    }

    /// <inheritdoc/>
    public override void TargetGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<float> gradient)
    {
        for (int i = 0; i < gradient.Length; i++)
        {
            double v = Math.Clamp(x[i], Margin, 1 - Margin);
            gradient[i] = (float)(Math.Log(v / (1 - v)) - output[i]);
        }
    }

    /// <inheritdoc/>
    public override void AddParameterGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, double weight, Span<double> gradient) { }

    /// <inheritdoc/>
    public override void AddModeGradient(ReadOnlySpan<float> parameters, double weight, Span<double> gradient) { }

    /// <inheritdoc/>
    public override void Metric(ReadOnlySpan<double> mean, ReadOnlySpan<float> parameters, Span<double> diagonal)
    {
        for (int i = 0; i < diagonal.Length; i++)
        {
            double v = Math.Clamp(mean[i], Margin, 1 - Margin);
            diagonal[i] = 1 / (2 * v * (1 - v));
        }
    }

    /// <inheritdoc/>
    public override bool Equals(Likelihood? other) => other is BernoulliLikelihood;
}
