namespace Microsoft.ML.Vae.Core;

/// <summary>xᵢ ~ Poisson(λᵢ), λ = softplus(output): Dᵢ = λ − x + x ln(x/λ), G_x = diag(1/(2λᵢ)). Features are counts.</summary>
public sealed class PoissonLikelihood : Likelihood
{
    // Keeps x/λ finite where the softplus underflows.
    private const double LeastRate = 1e-30;

    /// <inheritdoc/>
    public override string Name => "Poisson";

    /// <inheritdoc/>
    public override FeatureSupport SupportOf(int feature) => FeatureSupport.Count;

    /// <inheritdoc/>
    public override Layer Mean(int featureCount) => new Elementwise(Activation.Softplus);

    /// <inheritdoc/>
    public override void LogLikelihoodAtMode(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters, Span<double> terms)
    {
        for (int i = 0; i < terms.Length; i++) terms[i] = StableMath.XLogX(x[i]) - StableMath.LogGamma(x[i] + 1.0) - x[i];
    }

    /// <inheritdoc/>
    public override void Distortion(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<double> terms)
    {
        for (int i = 0; i < terms.Length; i++)
        {
            double rate = Rate(output[i]);
            terms[i] = Math.Max(0, rate - x[i] + StableMath.XLogX(x[i]) - (x[i] * Math.Log(rate)));
        }
    }

    /// <inheritdoc/>
    public override void OutputGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient)
    {
        for (int i = 0; i < gradient.Length; i++) gradient[i] = (float)(weights[i] * (1 - (x[i] / Rate(output[i]))) * StableMath.Sigmoid(output[i]));
    }

    /// <inheritdoc/>
    public override void TargetGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient)
    {
        for (int i = 0; i < gradient.Length; i++) gradient[i] = (float)(weights[i] * Math.Log(Math.Max(x[i], LeastRate) / Rate(output[i])));
    }

    /// <inheritdoc/>
    public override void Metric(ReadOnlySpan<double> mean, ReadOnlySpan<float> parameters, ReadOnlySpan<double> v, Span<double> product)
    {
        for (int i = 0; i < product.Length; i++) product[i] = 0.5 / Math.Max(mean[i], LeastRate) * v[i];
    }

    /// <inheritdoc/>
    public override bool Equals(Likelihood? other) => other is PoissonLikelihood;

    private static double Rate(float output) => Math.Max(StableMath.Softplus(output), LeastRate);
}
