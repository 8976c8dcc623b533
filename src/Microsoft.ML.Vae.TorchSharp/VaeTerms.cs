using Microsoft.ML.Vae.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>The two parts of the evidence lower bound as tensors: Kingma and Welling 2014, with the split loss of Kato et al. 2020.</summary>
internal sealed class VaeTerms(VaeArchitecture architecture, ParameterLayout layout, LossForm form) : IDisposable
{
    private readonly IRowLikelihood _likelihood = RowLikelihood.Create(architecture.Likelihood, architecture.FeatureCount);
    private readonly Scalar _half = 0.5f, _least = DiagonalGaussian.MinimumLogVariance, _most = DiagonalGaussian.MaximumLogVariance;

    /// <summary>Averages over the batch, nats.</summary>
    /// <param name="parameters">All parameters, flat.</param>
    /// <param name="features">x, [rows, m].</param>
    /// <param name="noise">ε, [rows, n].</param>
    /// <param name="shares">Each row's share of the average, [rows].</param>
    public (Tensor LogLikelihood, Tensor Kl) Average(Tensor parameters, Tensor features, Tensor noise, Tensor shares)
    {
        int n = architecture.LatentDimension;
        var views = new ParameterViews(layout, parameters);
        var head = views.Encode(features);
        Tensor mean = head.narrow(1, 0, n), logVariance = head.narrow(1, n, n).clamp(_least, _most);
        var sample = mean + ((logVariance * _half).exp() * noise);
        var decoded = new Decoded(views.Decode(sample), form == LossForm.Split ? views.Decode(mean) : null);
        var kl = ((mean * mean) + logVariance.expm1() - logVariance).sum(1) * _half;
        return (_likelihood.LogLikelihood(features, decoded, views.Likelihood).dot(shares), kl.dot(shares));
    }

    public void Dispose()
    {
        _likelihood.Dispose();
        _half.Dispose();
        _least.Dispose();
        _most.Dispose();
    }
}
