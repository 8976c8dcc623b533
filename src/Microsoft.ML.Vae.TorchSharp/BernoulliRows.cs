using static TorchSharp.torch;

namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>Cross-entropy on logits. The entropy of x, which distortion and mode share with opposite signs, is left out of both.</summary>
internal sealed class BernoulliRows : IRowLikelihood
{
    public Tensor LogLikelihood(Tensor features, Decoded decoded, Tensor parameters)
    {
        if (decoded.AtMean is not { } atMean) return MinusCrossEntropy(features, decoded.AtSample);
        // Both arguments of the coding loss D(x̆, x̂) depend on the parameters: gradients flow through x̆ = σ(logit), too.
        var mean = atMean.sigmoid();
        return MinusCrossEntropy(features, atMean) + MinusCrossEntropy(mean, decoded.AtSample) - MinusCrossEntropy(mean, atMean);
    }

    public void Dispose() { }

    private static Tensor MinusCrossEntropy(Tensor target, Tensor logits) => ((target * logits) - logits.softplus()).sum(1);
}
