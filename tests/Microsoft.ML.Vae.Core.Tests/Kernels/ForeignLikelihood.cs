using System.Text.Json.Nodes;

namespace Microsoft.ML.Vae.Core.Tests.Kernels;

/// <summary>A likelihood that no engine knows: it hides another one.</summary>
internal sealed class ForeignLikelihood(Likelihood inner) : Likelihood
{
    public override string Name => "Foreign" + inner.Name;

    public override float ParameterFloor => inner.ParameterFloor;

    public override JsonObject Settings() => inner.Settings();

    public override FeatureSupport SupportOf(int feature) => inner.SupportOf(feature);

    public override Layer? Mean(int featureCount) => inner.Mean(featureCount);

    public override int ParameterCount(int featureCount) => inner.ParameterCount(featureCount);

    public override void InitializeParameters(Span<float> parameters) => inner.InitializeParameters(parameters);

    public override double RowWeight(ReadOnlySpan<float> x) => inner.RowWeight(x);

    public override void LogLikelihoodAtMode(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters, Span<double> terms) => inner.LogLikelihoodAtMode(x, parameters, terms);

    public override void Distortion(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<double> terms) =>
        inner.Distortion(x, output, parameters, terms);

    public override void OutputGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient) =>
        inner.OutputGradient(x, output, parameters, weights, gradient);

    public override void TargetGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient) =>
        inner.TargetGradient(x, output, parameters, weights, gradient);

    public override void AddParameterGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<double> gradient) =>
        inner.AddParameterGradient(x, output, parameters, weights, gradient);

    public override void AddModeGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<double> gradient) =>
        inner.AddModeGradient(x, parameters, weights, gradient);

    public override void Metric(ReadOnlySpan<double> mean, ReadOnlySpan<float> parameters, ReadOnlySpan<double> v, Span<double> product) => inner.Metric(mean, parameters, v, product);

    public override bool Equals(Likelihood? other) => ReferenceEquals(this, other);
}
