using System.Text.Json.Nodes;

namespace Microsoft.ML.Vae.Core;

/// <summary>D(x, x̂) = Σᵢ (xᵢ − x̂ᵢ)², without the ½ of a Gaussian, times a_x. G_x = a_x I. Its log-likelihood at the mode is taken as 0.</summary>
/// <remarks>With KL weight β it corresponds to a Gaussian decoder of variance β/2 (Nakagawa et al. 2021).</remarks>
public sealed class SquaredErrorLikelihood(MetricWeight weight) : Likelihood
{
    /// <summary>The unweighted squared error.</summary>
    public static SquaredErrorLikelihood Unweighted { get; } = new(MetricWeight.None);

    /// <summary>a_x.</summary>
    public MetricWeight Weight { get; } = weight ?? throw new ArgumentNullException(nameof(weight));

    /// <inheritdoc/>
    public override string Name => "SquaredError";

    /// <inheritdoc/>
    public override JsonObject Settings() => new() { ["Offset"] = Weight.Offset, ["Slope"] = Weight.Slope, ["Reciprocal"] = Weight.Reciprocal };

    /// <inheritdoc/>
    public override double RowWeight(ReadOnlySpan<float> x) => Weight.At(x);

    /// <inheritdoc/>
    public override double? MetricScale(ReadOnlySpan<float> x) => Weight.At(x);

    /// <inheritdoc/>
    public override void LogLikelihoodAtMode(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters, Span<double> terms) => terms.Clear();

    /// <inheritdoc/>
    public override void Distortion(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<double> terms)
    {
        for (int i = 0; i < terms.Length; i++)
        {
            double residual = (double)x[i] - output[i];
            terms[i] = residual * residual;
        }
    }

    /// <inheritdoc/>
    public override void OutputGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient)
    {
        for (int i = 0; i < gradient.Length; i++) gradient[i] = 2f * weights[i] * (output[i] - x[i]);
    }

    /// <inheritdoc/>
    public override void TargetGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient) =>
        OutputGradient(output, x, parameters, weights, gradient);

    /// <inheritdoc/>
    public override void Metric(ReadOnlySpan<double> mean, ReadOnlySpan<float> parameters, ReadOnlySpan<double> v, Span<double> product) => v.CopyTo(product);

    /// <inheritdoc/>
    public override bool Equals(Likelihood? other) => other is SquaredErrorLikelihood s && s.Weight == Weight;

    /// <inheritdoc/>
    public override T Accept<T>(LikelihoodVisitor<T> visitor) => visitor.Visit(this);

    internal override RowLoss CreateLoss<T>(int features, int threads) => new QuadraticLoss<T>(features, threads, halfPrecision: static _ => 1, modeWithoutScale: 0);
}
