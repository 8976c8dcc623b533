namespace Microsoft.ML.Vae.Core.Tests.Onnx;

/// <summary>A likelihood of a user's own, without an ONNX form.</summary>
internal sealed class ForeignLikelihood : Likelihood
{
    public override string Name => "Foreign";

    public override Activation Link => Activation.Linear;

    public override float ParameterFloor => 0;

    public override int ParameterCount(int featureCount) => 0;

    public override void InitializeParameters(Span<float> parameters) { }

    public override double RowWeight(ReadOnlySpan<float> x) => 1;

    public override double? MetricScale(ReadOnlySpan<float> x) => null;

    public override double LogLikelihoodAtMode(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters) => 0;

    public override void Distortion(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<double> terms) => terms.Clear();

    public override void OutputGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<float> gradient) => gradient.Clear();

    public override void TargetGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<float> gradient) => gradient.Clear();

    public override void AddParameterGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, double weight, Span<double> gradient) { }

    public override void AddModeGradient(ReadOnlySpan<float> parameters, double weight, Span<double> gradient) { }

    public override void Metric(ReadOnlySpan<double> mean, ReadOnlySpan<float> parameters, Span<double> diagonal) => diagonal.Fill(1);

    public override bool Equals(Likelihood? other) => other is ForeignLikelihood;
}
