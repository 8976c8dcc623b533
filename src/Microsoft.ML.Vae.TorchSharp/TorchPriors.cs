using Microsoft.ML.Vae.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>log p(z) of rows, [rows], as a function of z, [rows, n].</summary>
/// <param name="architecture">Latents, features, form of the posterior.</param>
/// <param name="own">The prior's own parameters, flat.</param>
/// <param name="encode">Means and log-variances of scaled rows, each [rows, n].</param>
internal sealed class TorchPriors(VaeArchitecture architecture, Tensor own, Func<Tensor, (Tensor Mean, Tensor LogVariance)> encode) : PriorVisitor<Func<Tensor, Tensor>>
{
    private readonly long _n = architecture.LatentDimension;

    public override Func<Tensor, Tensor> Visit(StandardNormalPrior prior) => z => Normal(z, zeros_like(z), zeros_like(z)).sum(1);

    public override Func<Tensor, Tensor> Visit(MixturePrior prior)
    {
        long count = prior.Components, length = count * _n;
        using Scalar least = DiagonalGaussian.MinimumLogVariance, most = DiagonalGaussian.MaximumLogVariance;
        return Mixture(own.narrow(0, 0, count), own.narrow(0, count, length).view(count, _n), own.narrow(0, count + length, length).view(count, _n).clamp(least, most));
    }

    public override Func<Tensor, Tensor> Visit(VampPrior prior)
    {
        long count = prior.PseudoInputCount, m = architecture.FeatureCount;
        var (mean, logVariance) = encode(own.narrow(0, count, count * m).view(count, m));
        return Mixture(own.narrow(0, 0, count), mean, logVariance);
    }

    public override Func<Tensor, Tensor> VisitOther(Prior prior) =>
        throw new NotSupportedException($"TorchSharp: the prior {prior.Name} cannot be expressed; it is not one of the library's. Use the managed engine.");

    private static Func<Tensor, Tensor> Mixture(Tensor logits, Tensor means, Tensor logVariances) =>
        z => (Normal(z.unsqueeze(1), means, logVariances).sum(2) + logits.log_softmax(0)).logsumexp(1);

    private static Tensor Normal(Tensor z, Tensor mean, Tensor logVariance)
    {
        using Scalar half = -0.5, constant = Math.Log(2 * Math.PI);
        var difference = z - mean;
        return ((difference * difference * logVariance.neg().exp()) + logVariance + constant) * half;
    }
}
