using Microsoft.ML.Vae.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>A bound and its parts as tensors: see <see cref="Bound"/> for the formulas.</summary>
internal sealed class TorchBound : IDisposable
{
    private readonly VaeArchitecture _architecture;
    private readonly ParameterLayout _layout;
    private readonly Bound _bound;
    private readonly IRowLikelihood _likelihood;
    private readonly Scalar _half = 0.5f, _minusHalf = -0.5f, _log2Pi = Math.Log(2 * Math.PI), _least = DiagonalGaussian.MinimumLogVariance, _most = DiagonalGaussian.MaximumLogVariance;

    /// <exception cref="NotSupportedException">A part cannot be expressed; it is named.</exception>
    public TorchBound(VaeArchitecture architecture, ParameterLayout layout, Bound bound)
    {
        TorchLayers.Check([.. layout.Encoder, .. layout.Decoder]);
        (_architecture, _layout, _bound) = (architecture, layout, bound);
        _likelihood = architecture.Likelihood.Accept(new RowLikelihoods(architecture.FeatureCount));
    }

    /// <summary>Averages over the batch, nats.</summary>
    /// <param name="parameters">All parameters, flat.</param>
    /// <param name="features">x, [rows, m].</param>
    /// <param name="observed">[rows, m]; null: all are.</param>
    /// <param name="noise">ε, [rows, K, n].</param>
    /// <param name="shares">Each row's share of the average, [rows].</param>
    /// <param name="klWeight">β.</param>
    public (Tensor Value, Tensor LogLikelihood, Tensor Kl) Average(Tensor parameters, Tensor features, Tensor? observed, Tensor noise, Tensor shares, double klWeight)
    {
        var (value, logLikelihood, kl) = Rows(parameters, features, observed, noise, klWeight);
        return (value.dot(shares), logLikelihood.dot(shares), kl.dot(shares));
    }

    /// <summary>The same of each row, [rows].</summary>
    public (Tensor Value, Tensor LogLikelihood, Tensor Kl) Rows(Tensor parameters, Tensor features, Tensor? observed, Tensor noise, double klWeight)
    {
        using Scalar beta = klWeight;
        var blocks = Blocks(parameters);
        var networks = new TorchLayers(blocks);
        var (mean, logVariance) = Posterior(networks, features);
        var z = mean.unsqueeze(1) + ((logVariance * _half).exp().unsqueeze(1) * noise);
        var logLikelihood = LogLikelihood(networks, blocks, features, observed, z, mean);
        var kl = _bound.Alpha == 1 && _architecture.Prior is StandardNormalPrior
            ? (((mean * mean) + logVariance.expm1() - logVariance).sum(1) * _half).unsqueeze(1)
            : LogPosterior(logVariance, noise) - LogPrior(networks, blocks, z);
        var value = Value(logLikelihood - (kl * beta));
        return (value, logLikelihood.mean([1L]), kl.mean([1L]));
    }

    public void Dispose()
    {
        _likelihood.Dispose();
        foreach (var scalar in new[] { _half, _minusHalf, _log2Pi, _least, _most }) scalar.Dispose();
    }

    private Dictionary<string, Tensor> Blocks(Tensor parameters)
    {
        var parts = parameters.split([.. _layout.Blocks.Select(b => (long)b.Length)], 0);
        return _layout.Blocks.Zip(parts).ToDictionary(p => p.First.Name, p => p.First.Length == 0 ? p.Second : p.Second.view(p.First.Rows, p.First.Columns));
    }

    private (Tensor Mean, Tensor LogVariance) Posterior(TorchLayers networks, Tensor features)
    {
        int n = _architecture.LatentDimension;
        var head = networks.Run(_layout.Encoder, features);
        Tensor mean = head.narrow(1, 0, n), logVariance = head.narrow(1, n, head.shape[1] - n).clamp(_least, _most);
        return (mean, _architecture.Posterior switch
        {
            PosteriorForm.Diagonal => logVariance,
            PosteriorForm.Isotropic => logVariance.expand_as(mean),
        });
    }

    // [rows, K]
    private Tensor LogLikelihood(TorchLayers networks, Dictionary<string, Tensor> blocks, Tensor features, Tensor? observed, Tensor z, Tensor mean)
    {
        long rows = features.shape[0], draws = _bound.Draws;
        var sample = networks.Run(_layout.Decoder, z.reshape(rows * draws, -1));
        var atMean = _bound.IsSplit ? ForEachDraw(networks.Run(_layout.Decoder, mean)) : null;
        var reconstruction = atMean is null ? null : networks.Run([.. _layout.MeanDecoder.Skip(_layout.Decoder.Count)], atMean);
        var own = blocks[_layout.Likelihood.Name].flatten();
        return _likelihood.LogLikelihood(ForEachDraw(features), observed is null ? null : ForEachDraw(observed), new Decoded(sample, atMean, reconstruction), own).view(rows, draws);
    }

    private Tensor ForEachDraw(Tensor rows) => _bound.Draws == 1 ? rows : rows.unsqueeze(1).expand(rows.shape[0], _bound.Draws, rows.shape[1]).reshape(-1, rows.shape[1]);

    // log q(z|x), [rows, K]
    private Tensor LogPosterior(Tensor logVariance, Tensor noise) => ((noise * noise) + logVariance.unsqueeze(1) + _log2Pi).sum(2) * _minusHalf;

    private Tensor LogPrior(TorchLayers networks, Dictionary<string, Tensor> blocks, Tensor z)
    {
        var prior = _architecture.Prior.Accept(new TorchPriors(_architecture, blocks[_layout.Prior.Name].flatten(), rows => Posterior(networks, rows)));
        return prior(z.reshape(z.shape[0] * z.shape[1], -1)).view(z.shape[0], z.shape[1]);
    }

    // Of each row, from its log-weights, [rows, K].
    private Tensor Value(Tensor logWeights)
    {
        if (_bound.Alpha == 1) return logWeights.mean([1L]);
        if (double.IsNegativeInfinity(_bound.Alpha)) return logWeights.max(1).values;
        // ln(mean e^((1−α)w))/(1−α) about the w that counts most: near α = 1 a difference of logarithms would cancel.
        using Scalar power = 1 - _bound.Alpha, inverse = 1 / (1 - _bound.Alpha);
        var pivot = _bound.Alpha < 1 ? logWeights.max(1, keepdim: true).values : logWeights.min(1, keepdim: true).values;
        return pivot.squeeze(1) + (((logWeights - pivot) * power).expm1().mean([1L]).log1p() * inverse);
    }
}
