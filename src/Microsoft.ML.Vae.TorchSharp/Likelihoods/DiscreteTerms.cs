using Microsoft.ML.Vae.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>Cross-entropy on logits. The entropy of x, which distortion and mode share with opposite signs, is left out of both.</summary>
internal sealed class BernoulliTerms : FeatureTerms
{
    public override void Dispose() { }

    protected override Tensor Distortion(Tensor target, Tensor output, Tensor parameters) => output.softplus() - (target * output);

    // Gradients flow through x̆ = σ(logit), too; its entropy is D(x̆, x̆).
    protected override Tensor Coding(Tensor outputAtMean, Tensor output, Tensor parameters)
    {
        var mean = outputAtMean.sigmoid();
        return Distortion(mean, output, parameters) - Distortion(mean, outputAtMean, parameters);
    }
}

/// <summary>−x log p − x + p within blocks of categories; x log x is left out of distortion and mode.</summary>
internal sealed class CategoricalTerms(CategoricalLikelihood likelihood) : FeatureTerms
{
    private readonly long[] _blocks = [.. likelihood.Blocks.Select(b => (long)b)];

    public override void Dispose() { }

    protected override Tensor Distortion(Tensor target, Tensor output, Tensor parameters)
    {
        var logShares = LogShares(output);
        var terms = logShares.exp() - target - (target * logShares);
        // A block of zeros is missing, or of a category that training rows never hold: neither teaches anything.
        var isThere = cat(target.split(_blocks, 1).Select(block => block.abs().sum(1, keepdim: true).gt(0).expand_as(block)).ToList(), 1);
        return isThere.all().ToBoolean() ? terms : terms * isThere.to_type(target.dtype);
    }

    // KL(p̆ ‖ p) from the scores of both.
    protected override Tensor Coding(Tensor outputAtMean, Tensor output, Tensor parameters)
    {
        Tensor logMean = LogShares(outputAtMean), mean = logMean.exp(), logShares = LogShares(output);
        return (mean * (logMean - logShares)) - mean + logShares.exp();
    }

    private Tensor LogShares(Tensor output) => cat(output.split(_blocks, 1).Select(block => block.log_softmax(1)).ToList(), 1);
}
