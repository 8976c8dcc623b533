using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>Gaussian of one fixed variance s²: −½ Σᵢ ((xᵢ − x̂ᵢ)²/s² + log 2π s²).</summary>
internal sealed class FixedVarianceRows(double variance, int featureCount) : IRowLikelihood
{
    private readonly Scalar _slope = -0.5 / variance, _atMode = -0.5 * featureCount * Math.Log(2 * Math.PI * variance);

    public Tensor LogLikelihood(Tensor features, Decoded decoded, Tensor parameters) =>
        (decoded.SquaredError(features).sum(1) * _slope) + _atMode;

    public void Dispose()
    {
        _slope.Dispose();
        _atMode.Dispose();
    }
}
