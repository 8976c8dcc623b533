using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Core;

/// <summary>ln p(x) = ln p(μ) − ½ ln det JᵀJ: the prior carried through the decoder, exact on the manifold and blind to the distance from it. Not thread-safe.</summary>
/// <remarks>Nats per unit volume of the scaled features; higher = more normal. NaN where the row holds NaN, or a latent has no effect.</remarks>
public sealed class PushForwardDensity(VaeModel model)
{
    private readonly VaeScorer _scorer = new(model, 1, LossEstimator.Analytic);
    private readonly IPriorDensity _prior = model.CreatePriorDensity();
    private readonly PullbackMetric _metric = new(model.CreateDecoderImmersion());

    /// <summary>ln p(x) of a raw row, [m].</summary>
    public double LogDensity(ReadOnlySpan<float> row)
    {
        _scorer.Score(row, 1, VaeOutputs.Posterior);
        double[] latent = [.. _scorer.Mean.ToArray().Select(z => (double)z)];
        if (latent.Any(double.IsNaN)) return double.NaN;
        double logDeterminant = _metric.LogDeterminant(latent);
        return double.IsNegativeInfinity(logDeterminant) ? double.NaN : _prior.LogDensity(_scorer.Mean) - (0.5 * logDeterminant);
    }
}
