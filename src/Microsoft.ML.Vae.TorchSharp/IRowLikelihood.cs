using Microsoft.ML.Vae.Core;
using static TorchSharp.torch;

namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>A likelihood as differentiable tensors.</summary>
internal interface IRowLikelihood : IDisposable
{
    /// <summary>log p(x|z) of each row, [rows], nats; with <see cref="Decoded.AtMean"/>, of the split loss.</summary>
    /// <param name="features">x, [rows, m].</param>
    /// <param name="decoded">The decoder's outputs.</param>
    /// <param name="parameters">The likelihood's own parameters.</param>
    Tensor LogLikelihood(Tensor features, Decoded decoded, Tensor parameters);
}

/// <summary>The decoder's outputs before the link, [rows, m].</summary>
/// <param name="AtSample">At z = μ + σε.</param>
/// <param name="AtMean">At μ, for the split loss; else null.</param>
internal readonly record struct Decoded(Tensor AtSample, Tensor? AtMean)
{
    /// <summary>(x − x̂)², or (x − x̆)² + (x̆ − x̂)² of the split loss; [rows, m].</summary>
    public Tensor SquaredError(Tensor features) =>
        AtMean is { } mean ? Square(features - mean) + Square(mean - AtSample) : Square(features - AtSample);

    private static Tensor Square(Tensor x) => x * x;
}

/// <summary>Chooses the tensors of a likelihood.</summary>
internal static class RowLikelihood
{
    public static IRowLikelihood Create(Likelihood likelihood, int featureCount) => likelihood switch
    {
        SquaredErrorLikelihood squared => new SquaredErrorRows(squared.Weight),
        GaussianLikelihood { FixedVariance: { } variance } => new FixedVarianceRows(variance, featureCount),
        GaussianLikelihood => new LearnedVarianceRows(featureCount),
        BernoulliLikelihood => new BernoulliRows(),
        _ => new ForeignRows(likelihood),
    };
}
