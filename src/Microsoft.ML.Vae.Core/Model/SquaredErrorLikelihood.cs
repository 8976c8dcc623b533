namespace Microsoft.ML.Vae.Core;

/// <summary>D(x, x̂) = a_x Σᵢ (xᵢ − x̂ᵢ)², without the ½ of a Gaussian. G_x = a_x I. Its log-likelihood at the mode is taken as 0.</summary>
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
    public override Activation Link => Activation.Linear;

    /// <inheritdoc/>
    public override float ParameterFloor => float.NegativeInfinity;

    /// <inheritdoc/>
    public override int ParameterCount(int featureCount) => 0;

    /// <inheritdoc/>
    public override void InitializeParameters(Span<float> parameters) { }

    /// <inheritdoc/>
    public override double RowWeight(ReadOnlySpan<float> x) => Weight.At(x);

    /// <inheritdoc/>
    public override double? MetricScale(ReadOnlySpan<float> x) => Weight.At(x);

    /// <inheritdoc/>
    public override double LogLikelihoodAtMode(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters) => 0;

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
    public override void OutputGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<float> gradient)
    {
        for (int i = 0; i < gradient.Length; i++) gradient[i] = 2f * (output[i] - x[i]);
    }

    /// <inheritdoc/>
    public override void TargetGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<float> gradient) =>
        OutputGradient(output, x, parameters, gradient);

    /// <inheritdoc/>
    public override void AddParameterGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, double weight, Span<double> gradient) { }

    /// <inheritdoc/>
    public override void AddModeGradient(ReadOnlySpan<float> parameters, double weight, Span<double> gradient) { }

    /// <inheritdoc/>
    public override void Metric(ReadOnlySpan<double> mean, ReadOnlySpan<float> parameters, Span<double> diagonal)
    {
        Span<float> x = new float[mean.Length];
        for (int i = 0; i < x.Length; i++) x[i] = (float)mean[i];
        diagonal.Fill(Weight.At(x));
    }

    /// <inheritdoc/>
    public override bool Equals(Likelihood? other) => other is SquaredErrorLikelihood s && s.Weight == Weight;
}
