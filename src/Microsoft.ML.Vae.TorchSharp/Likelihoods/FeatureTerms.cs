using static TorchSharp.torch;

namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>A likelihood by its terms per feature: log p = Σ observed · (mode − a_x D).</summary>
internal abstract class FeatureTerms : IRowLikelihood
{
    public Tensor LogLikelihood(Tensor features, Tensor? observed, Decoded decoded, Tensor parameters)
    {
        var distortion = decoded.AtMean is { } atMean
            ? Distortion(features, atMean, parameters) + Coding(atMean, decoded.AtSample, parameters)
            : Distortion(features, decoded.AtSample, parameters);
        if (RowWeight(features) is { } weight) distortion *= weight;
        var terms = Mode(features, parameters) is { } mode ? mode - distortion : distortion.neg();
        return observed is null ? terms.sum(1) : (terms * observed).sum(1);
    }

    public abstract void Dispose();

    /// <summary>Each feature's log-likelihood at x̂ = x, [rows, m] or [m]; null: 0.</summary>
    protected virtual Tensor? Mode(Tensor features, Tensor parameters) => null;

    /// <summary>Dᵢ, [rows, m].</summary>
    protected abstract Tensor Distortion(Tensor target, Tensor output, Tensor parameters);

    /// <summary>D(x̆, x̂): both arguments depend on the parameters.</summary>
    protected virtual Tensor Coding(Tensor outputAtMean, Tensor output, Tensor parameters) => Distortion(outputAtMean, output, parameters);

    /// <summary>a_x, [rows, 1]; null: 1.</summary>
    protected virtual Tensor? RowWeight(Tensor features) => null;

    /// <summary>(x − y)².</summary>
    protected static Tensor Square(Tensor x, Tensor y)
    {
        var difference = x - y;
        return difference * difference;
    }
}
