namespace Microsoft.ML.Vae.Core.Tests.Kernels;

/// <summary>A likelihood that no engine knows: it hides another one.</summary>
internal sealed class ForeignLikelihood(Likelihood inner) : Likelihood
{
    public override string Name => "Foreign" + inner.Name;

    public override Activation Link => inner.Link;

    public override float ParameterFloor => inner.ParameterFloor;

    public override int ParameterCount(int featureCount) => inner.ParameterCount(featureCount);

    public override void InitializeParameters(Span<float> parameters) => inner.InitializeParameters(parameters);

    public override double RowWeight(ReadOnlySpan<float> x) => inner.RowWeight(x);

    public override double? MetricScale(ReadOnlySpan<float> x) => null;

    public override double LogLikelihoodAtMode(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters) => inner.LogLikelihoodAtMode(x, parameters);

    public override void Distortion(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<double> terms) =>
        inner.Distortion(x, output, parameters, terms);

    public override void OutputGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<float> gradient) =>
        inner.OutputGradient(x, output, parameters, gradient);

    public override void TargetGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<float> gradient) =>
        inner.TargetGradient(x, output, parameters, gradient);

    public override void AddParameterGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, double weight, Span<double> gradient) =>
        inner.AddParameterGradient(x, output, parameters, weight, gradient);

    public override void AddModeGradient(ReadOnlySpan<float> parameters, double weight, Span<double> gradient) => inner.AddModeGradient(parameters, weight, gradient);

    public override void Metric(ReadOnlySpan<double> mean, ReadOnlySpan<float> parameters, Span<double> diagonal) => inner.Metric(mean, parameters, diagonal);

    public override bool Equals(Likelihood? other) => ReferenceEquals(this, other);
}
