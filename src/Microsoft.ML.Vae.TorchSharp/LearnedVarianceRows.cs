using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>Gaussian whose parameters are log sᵢ²: −½ Σᵢ ((xᵢ − x̂ᵢ)² e^{−log sᵢ²} + log sᵢ² + log 2π).</summary>
internal sealed class LearnedVarianceRows(int featureCount) : IRowLikelihood
{
    private readonly Scalar _half = -0.5, _constant = featureCount * Math.Log(2 * Math.PI);

    public Tensor LogLikelihood(Tensor features, Decoded decoded, Tensor parameters)
    {
        var misfit = decoded.SquaredError(features).matmul(parameters.neg().exp());
        return (misfit + parameters.sum() + _constant) * _half;
    }

    public void Dispose()
    {
        _half.Dispose();
        _constant.Dispose();
    }
}
