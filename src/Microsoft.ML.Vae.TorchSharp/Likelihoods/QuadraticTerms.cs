using Microsoft.ML.Vae.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>D = (x − x̂)², a_x = (offset + slope·‖x‖²)^±1.</summary>
internal sealed class SquaredErrorTerms(MetricWeight weight) : FeatureTerms
{
    private readonly Scalar _offset = weight.Offset, _slope = weight.Slope;

    protected override Tensor Distortion(Tensor target, Tensor output, Tensor parameters) => Square(target, output);

    protected override Tensor? RowWeight(Tensor features)
    {
        if (weight == MetricWeight.None) return null;
        var scale = ((features * features).sum(1, keepdim: true) * _slope) + _offset;
        return weight.Reciprocal ? scale.reciprocal() : scale;
    }

    public override void Dispose()
    {
        _offset.Dispose();
        _slope.Dispose();
    }
}

/// <summary>Gaussian of one fixed variance s²: D = (x − x̂)²/(2s²).</summary>
internal sealed class FixedVarianceTerms(double variance) : FeatureTerms
{
    private readonly Scalar _halfPrecision = 0.5 / variance, _mode = -0.5 * Math.Log(2 * Math.PI * variance);

    protected override Tensor Mode(Tensor features, Tensor parameters) => ones_like(features) * _mode;

    protected override Tensor Distortion(Tensor target, Tensor output, Tensor parameters) => Square(target, output) * _halfPrecision;

    public override void Dispose()
    {
        _halfPrecision.Dispose();
        _mode.Dispose();
    }
}

/// <summary>Gaussian whose parameters are log sᵢ²: D = ½ (x − x̂)² e^{−log s²}.</summary>
internal sealed class LearnedVarianceTerms : FeatureTerms
{
    private readonly Scalar _half = 0.5, _constant = Math.Log(2 * Math.PI), _minusHalf = -0.5;

    protected override Tensor Mode(Tensor features, Tensor parameters) => (parameters + _constant) * _minusHalf;

    protected override Tensor Distortion(Tensor target, Tensor output, Tensor parameters) => Square(target, output) * (parameters.neg().exp() * _half);

    public override void Dispose()
    {
        foreach (var scalar in new[] { _half, _constant, _minusHalf }) scalar.Dispose();
    }
}
