using System.Text.Json.Nodes;

namespace Microsoft.ML.Vae.Core;

/// <summary>x ~ N(x̂, diag s²): Dᵢ = (xᵢ − x̂ᵢ)²/(2 sᵢ²), G_x = diag(1/(2 sᵢ²)). The variance is fixed, or learned per feature.</summary>
/// <remarks>A learned variance makes the choice of β unnecessary: β = 1 and each feature finds its own scale.</remarks>
public sealed class GaussianLikelihood : Likelihood
{
    private GaussianLikelihood(double? variance, double minimumDeviation) =>
        (FixedVariance, MinimumDeviation) = (variance is { } v ? Guard.Positive(v, nameof(variance)) : null, Guard.Positive(minimumDeviation, nameof(minimumDeviation)));

    /// <summary>One learned variance per feature, starting at 1, with a floor of .03² (on standardised features: 3 % of their spread;
    /// without a floor a duplicated column drives its variance to zero and outshouts all others).</summary>
    public static GaussianLikelihood LearnedVariance { get; } = new(null, 0.03);

    /// <summary>The variance s² of every feature, or null where it is learned.</summary>
    public double? FixedVariance { get; }

    /// <summary>Smallest standard deviation that learning may reach.</summary>
    public double MinimumDeviation { get; }

    /// <inheritdoc/>
    public override string Name => FixedVariance is null ? "GaussianLearnedVariance" : "Gaussian";

    /// <inheritdoc/>
    public override float ParameterFloor => (float)(2 * Math.Log(MinimumDeviation));

    /// <summary>A fixed variance, the same for every feature.</summary>
    public static GaussianLikelihood WithVariance(double variance) => new(variance, Math.Sqrt(variance));

    /// <summary>Learned variances with another floor.</summary>
    public static GaussianLikelihood WithLearnedVariance(double minimumDeviation) => new(null, minimumDeviation);

    /// <inheritdoc/>
    public override JsonObject Settings() => FixedVariance is { } v ? new() { ["Variance"] = v } : new() { [nameof(MinimumDeviation)] = MinimumDeviation };

    /// <inheritdoc/>
    public override int ParameterCount(int featureCount) => FixedVariance is null ? featureCount : 0;

    /// <inheritdoc/>
    public override double? MetricScale(ReadOnlySpan<float> x) => 0.5 / FixedVariance;

    /// <inheritdoc/>
    public override void LogLikelihoodAtMode(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters, Span<double> terms)
    {
        for (int i = 0; i < terms.Length; i++) terms[i] = -0.5 * (StableMath.Log2Pi + (FixedVariance is { } v ? Math.Log(v) : parameters[i]));
    }

    /// <inheritdoc/>
    public override void Distortion(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<double> terms)
    {
        for (int i = 0; i < terms.Length; i++)
        {
            double residual = (double)x[i] - output[i];
            terms[i] = residual * residual * HalfPrecision(parameters, i);
        }
    }

    /// <inheritdoc/>
    public override void OutputGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient)
    {
        for (int i = 0; i < gradient.Length; i++) gradient[i] = (float)(2 * weights[i] * HalfPrecision(parameters, i) * (output[i] - x[i]));
    }

    /// <inheritdoc/>
    public override void TargetGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient) =>
        OutputGradient(output, x, parameters, weights, gradient);

    /// <inheritdoc/>
    public override void AddParameterGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<double> gradient)
    {
        for (int i = 0; i < gradient.Length; i++)
        {
            double residual = (double)x[i] - output[i];
            gradient[i] -= weights[i] * residual * residual * HalfPrecision(parameters, i);
        }
    }

    /// <inheritdoc/>
    public override void AddModeGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<double> gradient)
    {
        for (int i = 0; i < gradient.Length; i++) gradient[i] += 0.5 * weights[i];
    }

    /// <inheritdoc/>
    public override void Metric(ReadOnlySpan<double> mean, ReadOnlySpan<float> parameters, ReadOnlySpan<double> v, Span<double> product)
    {
        for (int i = 0; i < product.Length; i++) product[i] = HalfPrecision(parameters, i) * v[i];
    }

    /// <inheritdoc/>
    public override bool Equals(Likelihood? other) => other is GaussianLikelihood g && (g.FixedVariance, g.MinimumDeviation) == (FixedVariance, MinimumDeviation);

    /// <inheritdoc/>
    public override T Accept<T>(LikelihoodVisitor<T> visitor) => visitor.Visit(this);

    internal override RowLoss CreateLoss<T>(int features, int threads) => FixedVariance is { } v
        ? new QuadraticLoss<T>(features, threads, halfPrecision: _ => 0.5 / v, modeWithoutScale: -0.5 * (StableMath.Log2Pi + Math.Log(v)))
        : new QuadraticLoss<T>(features, threads, halfPrecision: static logVariance => 0.5 * Math.Exp(-logVariance), modeWithoutScale: -0.5 * StableMath.Log2Pi);

    // 1/(2 s²)
    private double HalfPrecision(ReadOnlySpan<float> parameters, int i) => FixedVariance is { } v ? 0.5 / v : 0.5 * Math.Exp(-parameters[i]);
}
