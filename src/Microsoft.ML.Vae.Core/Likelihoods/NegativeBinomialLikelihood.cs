namespace Microsoft.ML.Vae.Core;

/// <summary>Counts, xᵢ ~ negative binomial of mean λᵢ = softplus(output) and variance λᵢ + λᵢ²/rᵢ, rᵢ learned per feature: Poisson for large r, bursts for small.</summary>
/// <remarks>Dᵢ = x ln(x/λ) − (x + r) ln((x + r)/(λ + r)), G_x = diag(1/(2 λ (1 + λ/r))). The parameters are log rᵢ. Features are counts.</remarks>
public sealed class NegativeBinomialLikelihood : Likelihood
{
    // Keeps x/λ finite where the softplus underflows.
    internal const double LeastMean = 1e-30;

    private NegativeBinomialLikelihood() { }

    /// <summary>The only instance: it has no options.</summary>
    public static NegativeBinomialLikelihood Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "NegativeBinomial";

    /// <summary>That of a learned variance: r = .0009, nearly all is zero, and what is not is anything.</summary>
    public override float ParameterFloor => GaussianLikelihood.LearnedVariance.ParameterFloor;

    /// <inheritdoc/>
    public override FeatureSupport SupportOf(int feature) => FeatureSupport.Count;

    /// <inheritdoc/>
    public override Layer Mean(int featureCount) => new Elementwise(Activation.Softplus);

    /// <inheritdoc/>
    public override int ParameterCount(int featureCount) => featureCount;

    /// <inheritdoc/>
    public override void LogLikelihoodAtMode(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters, Span<double> terms)
    {
        for (int i = 0; i < terms.Length; i++)
        {
            // Most counts are zero, whose terms cancel: P(0) at λ = 0 is 1, whatever r.
            if (x[i] == 0)
            {
                terms[i] = 0;
                continue;
            }
            double r = Math.Exp(parameters[i]), v = x[i];
            terms[i] = StableMath.LogGamma(v + r) - StableMath.LogGamma(r) - StableMath.LogGamma(v + 1) + StableMath.XLogX(v) - (v * Math.Log(v + r)) - (r * StableMath.LogP1(v / r));
        }
    }

    /// <inheritdoc/>
    public override void Distortion(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<double> terms)
    {
        for (int i = 0; i < terms.Length; i++)
        {
            double r = Math.Exp(parameters[i]), mean = MeanOf(output[i]), v = x[i];
            double atMean = v == 0 ? 0 : StableMath.XLogX(v) - (v * Math.Log(mean));
            terms[i] = Math.Max(0, atMean - ((v + r) * StableMath.LogP1((v - mean) / (mean + r))));
        }
    }

    /// <inheritdoc/>
    public override void OutputGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient)
    {
        for (int i = 0; i < gradient.Length; i++)
        {
            double r = Math.Exp(parameters[i]), mean = MeanOf(output[i]);
            gradient[i] = (float)(weights[i] * r * (mean - x[i]) / (mean * (mean + r)) * StableMath.Sigmoid(output[i]));
        }
    }

    /// <inheritdoc/>
    public override void TargetGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient)
    {
        for (int i = 0; i < gradient.Length; i++)
        {
            double r = Math.Exp(parameters[i]), mean = MeanOf(output[i]), v = Math.Max(x[i], LeastMean);
            gradient[i] = (float)(weights[i] * (Math.Log(v / mean) - StableMath.LogP1((v - mean) / (mean + r))));
        }
    }

    /// <inheritdoc/>
    public override void AddParameterGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<double> gradient)
    {
        for (int i = 0; i < gradient.Length; i++)
        {
            double r = Math.Exp(parameters[i]), mean = MeanOf(output[i]), excess = (x[i] - mean) / (mean + r);
            gradient[i] += weights[i] * r * (excess - StableMath.LogP1(excess));
        }
    }

    /// <inheritdoc/>
    public override void AddModeGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<double> gradient)
    {
        for (int i = 0; i < gradient.Length; i++)
        {
            if (x[i] == 0) continue;
            double r = Math.Exp(parameters[i]);
            gradient[i] -= weights[i] * r * (StableMath.Digamma(x[i] + r) - StableMath.Digamma(r) - StableMath.LogP1(x[i] / r));
        }
    }

    /// <inheritdoc/>
    public override void Metric(ReadOnlySpan<double> mean, ReadOnlySpan<float> parameters, ReadOnlySpan<double> v, Span<double> product)
    {
        for (int i = 0; i < product.Length; i++)
        {
            double m = Math.Max(mean[i], LeastMean);
            product[i] = 0.5 / (m * (1 + (m * Math.Exp(-parameters[i])))) * v[i];
        }
    }

    /// <inheritdoc/>
    public override bool Equals(Likelihood? other) => other is NegativeBinomialLikelihood;

    /// <inheritdoc/>
    public override T Accept<T>(LikelihoodVisitor<T> visitor) => visitor.Visit(this);

    private static double MeanOf(float output) => Math.Max(StableMath.Softplus(output), LeastMean);
}
