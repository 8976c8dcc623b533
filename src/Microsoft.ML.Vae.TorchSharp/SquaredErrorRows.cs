using Microsoft.ML.Vae.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>−a_x Σᵢ (xᵢ − x̂ᵢ)², a_x = (offset + slope·‖x‖²)^±1.</summary>
internal sealed class SquaredErrorRows(MetricWeight weight) : IRowLikelihood
{
    private readonly Scalar _offset = weight.Offset, _slope = weight.Slope;

    public Tensor LogLikelihood(Tensor features, Decoded decoded, Tensor parameters)
    {
        var squares = decoded.SquaredError(features).sum(1).neg();
        if (weight == MetricWeight.None) return squares;
        var scale = ((features * features).sum(1) * _slope) + _offset;
        return weight.Reciprocal ? squares / scale : squares * scale;
    }

    public void Dispose()
    {
        _offset.Dispose();
        _slope.Dispose();
    }
}
