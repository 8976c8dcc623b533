using System.Text.Json.Nodes;

namespace Microsoft.ML.Vae.Core;

/// <summary>Student's t of ν degrees around x̂ with a learned scale sᵢ per feature: Dᵢ = (ν + 1)/2 · log(1 + (xᵢ − x̂ᵢ)²/(ν sᵢ²)), G_x = diag((ν + 1)/(2 ν sᵢ²)).</summary>
/// <remarks>Far residuals count by their logarithm: one wild value neither bends the network nor drowns the others. The parameters are log sᵢ².</remarks>
public sealed class StudentTLikelihood : Likelihood
{
    // From here on the two log-gammas cancel, and their asymptotic difference is exact to 1e-15: the next term is 1/(20 ν⁵).
    private const double ManyDegrees = 1000;

    private StudentTLikelihood(double degrees, double minimumScale) =>
        (Degrees, MinimumScale) = (Guard.Positive(degrees, nameof(degrees)), Guard.Positive(minimumScale, nameof(minimumScale)));

    /// <summary>Four degrees, the fewest with a finite kurtosis nearby: heavy tails, yet a variance. Floor of s as for a learned Gaussian variance.</summary>
    public static StudentTLikelihood Default { get; } = new(4, 0.03);

    /// <summary>ν.</summary>
    public double Degrees { get; }

    /// <summary>Smallest s that learning may reach.</summary>
    public double MinimumScale { get; }

    /// <inheritdoc/>
    public override string Name => "StudentT";

    /// <inheritdoc/>
    public override float ParameterFloor => (float)(2 * Math.Log(MinimumScale));

    /// <summary>Other degrees of freedom, or another floor.</summary>
    public static StudentTLikelihood With(double degrees, double minimumScale = 0.03) => new(degrees, minimumScale);

    /// <inheritdoc/>
    public override JsonObject Settings() => new() { [nameof(Degrees)] = Degrees, [nameof(MinimumScale)] = MinimumScale };

    /// <inheritdoc/>
    public override int ParameterCount(int featureCount) => featureCount;

    /// <inheritdoc/>
    public override void LogLikelihoodAtMode(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters, Span<double> terms)
    {
        double normalization = Normalization;
        for (int i = 0; i < terms.Length; i++) terms[i] = normalization - (0.5 * parameters[i]);
    }

    /// <inheritdoc/>
    public override void Distortion(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<double> terms)
    {
        for (int i = 0; i < terms.Length; i++) terms[i] = 0.5 * (Degrees + 1) * StableMath.LogP1(Ratio(x[i], output[i], parameters[i]));
    }

    /// <inheritdoc/>
    public override void OutputGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient)
    {
        for (int i = 0; i < gradient.Length; i++)
        {
            double precision = Math.Exp(-parameters[i]) / Degrees, residual = (double)output[i] - x[i];
            gradient[i] = (float)(weights[i] * (Degrees + 1) * precision * residual / (1 + (precision * residual * residual)));
        }
    }

    /// <inheritdoc/>
    public override void TargetGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient) =>
        OutputGradient(output, x, parameters, weights, gradient);

    /// <inheritdoc/>
    public override void AddParameterGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<double> gradient)
    {
        for (int i = 0; i < gradient.Length; i++)
        {
            double ratio = Ratio(x[i], output[i], parameters[i]);
            gradient[i] -= weights[i] * 0.5 * (Degrees + 1) * ratio / (1 + ratio);
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
        for (int i = 0; i < product.Length; i++) product[i] = 0.5 * (Degrees + 1) / Degrees * Math.Exp(-parameters[i]) * v[i];
    }

    /// <inheritdoc/>
    public override bool Equals(Likelihood? other) => other is StudentTLikelihood t && (t.Degrees, t.MinimumScale) == (Degrees, MinimumScale);

    /// <inheritdoc/>
    public override T Accept<T>(LikelihoodVisitor<T> visitor) => visitor.Visit(this);

    internal override RowLoss CreateLoss<T>(int features, int threads) => new StudentTLoss<T>(this, features, threads);

    /// <summary>log Γ((ν+1)/2) − log Γ(ν/2) − ½ log νπ: the log-density at the mode with s = 1.</summary>
    internal double Normalization => Degrees < ManyDegrees
        ? StableMath.LogGamma(0.5 * (Degrees + 1)) - StableMath.LogGamma(0.5 * Degrees) - (0.5 * Math.Log(Degrees * Math.PI))
        : (-0.5 * StableMath.Log2Pi) - (0.25 / Degrees) + (1 / (24 * Degrees * Degrees * Degrees));

    // (x − x̂)²/(ν s²)
    private double Ratio(double x, double output, double logScale) => (x - output) * (x - output) * Math.Exp(-logScale) / Degrees;
}
