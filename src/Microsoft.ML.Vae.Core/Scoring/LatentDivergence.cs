namespace Microsoft.ML.Vae.Core;

/// <summary>KL(q(z|x) ‖ p(z)) of a row, one term per latent: closed for the standard normal, by fixed draws for any other prior.</summary>
/// <remarks>Where the prior does not factorise, terms are an attribution (see <see cref="IPriorDensity.LatentTerms"/>): they sum to the divergence, and may be negative.</remarks>
internal sealed class LatentDivergence
{
    private readonly int _n, _draws;
    private readonly IPriorDensity? _prior;
    private readonly float[] _noise, _z;
    private readonly double[] _terms;

    public LatentDivergence(VaeModel model, LossEstimator estimator)
    {
        (_n, _z, _terms) = (model.LatentDimension, new float[model.LatentDimension], new double[model.LatentDimension]);
        if (model.Architecture.Prior.IsStandardNormal)
        {
            _noise = [];
            return;
        }
        var drawn = DrawsFor(estimator);
        (_prior, _noise, _draws) = (model.CreatePriorDensity(), drawn.Noise(_n), drawn.Draws);
    }

    /// <summary>The draws that a prior without closed form takes: normal ones, 32 where the estimator has none. They cost no pass of a network.</summary>
    public static LossEstimator DrawsFor(LossEstimator estimator) => estimator.Draws > 0 && !estimator.IsBalanced ? estimator : new LossEstimator(32);

    /// <summary>Writes the terms of a row, nats.</summary>
    public void Compute(ReadOnlySpan<float> mean, ReadOnlySpan<float> logVariance, Span<double> terms)
    {
        if (_prior is null)
        {
            for (int j = 0; j < _n; j++) terms[j] = DiagonalGaussian.Kl(mean[j], logVariance[j]);
            return;
        }
        terms.Clear();
        for (int s = 0; s < _draws; s++)
        {
            var noise = _noise.AsSpan(s * _n, _n);
            for (int j = 0; j < _n; j++) _z[j] = mean[j] + (MathF.Exp(0.5f * logVariance[j]) * noise[j]);
            _prior.LatentTerms(_z, _terms);
            for (int j = 0; j < _n; j++)
                terms[j] += ((-0.5 * (StableMath.Log2Pi + logVariance[j] + ((double)noise[j] * noise[j]))) - _terms[j]) / _draws;
        }
    }
}
