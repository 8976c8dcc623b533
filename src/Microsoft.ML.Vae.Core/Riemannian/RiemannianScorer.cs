namespace Microsoft.ML.Vae.Core;

/// <summary>The Riemannian bound of single rows: −log p(x|z) and the Brownian divergence by a few fixed draws, nats per unit volume of the scaled features. Owns its buffers: one instance per thread.</summary>
/// <remarks>The draws come in antithetic pairs, the same for every row, so that the same row always gets the same score.</remarks>
public sealed class RiemannianScorer : IDisposable
{
    private const int Together = 64;

    private readonly RiemannianVae _model;
    private readonly RiemannianBatch _batch;
    private readonly float[] _noise, _rows, _draws;
    private readonly int _count;

    /// <summary>Prepares scores of so many draws a row.</summary>
    /// <param name="model">The model.</param>
    /// <param name="draws">One, or an even number.</param>
    /// <exception cref="ArgumentException">Another number of draws, or the posterior is not isotropic.</exception>
    public RiemannianScorer(RiemannianVae model, int draws = 2)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(draws);
        if (draws > 1 && draws % 2 != 0) throw new ArgumentOutOfRangeException(nameof(draws), draws, "Expected one draw or antithetic pairs, an even number.");
        if (model.Options.BoundSteps > 0 && model.Vae.Architecture.Posterior != PosteriorForm.Isotropic)
            throw new ArgumentException($"Expected an isotropic posterior, got {model.Vae.Architecture.Posterior}.", nameof(model));
        (_model, _count) = (model, draws);
        int d = model.Vae.LatentDimension;
        _batch = new RiemannianBatch(model.Vae, RbfPrecision.Of(model.Deviation), model.Options, Together);
        (_noise, _rows, _draws) = (new LossEstimator(draws).Noise(d), new float[Together * model.Vae.FeatureCount], new float[Together * d]);
    }

    /// <summary>Mean −log p(x|z), mean divergence, and the bound's loss of both as the model's readings have it, for each raw row.</summary>
    /// <param name="rows">[count, m].</param>
    /// <param name="noise">[count, d], one draw a row in place of the fixed ones; empty: those.</param>
    /// <exception cref="ArgumentException">No whole number of rows.</exception>
    public IReadOnlyList<RiemannianTerms> Score(ReadOnlySpan<float> rows, ReadOnlySpan<float> noise = default)
    {
        int m = _model.Vae.FeatureCount, d = _model.Vae.LatentDimension, n = rows.Length / m;
        if (n * m != rows.Length || (!noise.IsEmpty && noise.Length != n * d)) throw new ArgumentException($"Expected rows of {m} features and {d} draws for each, got {rows.Length} and {noise.Length} values.", nameof(rows));
        var terms = new List<RiemannianTerms>(n);
        for (int from = 0, count; from < n; from += count)
        {
            count = Math.Min(Together, n - from);
            var scaled = _rows.AsMemory(0, count * m);
            rows.Slice(from * m, count * m).CopyTo(scaled.Span);
            _model.Vae.Scaling.Apply(scaled.Span);
            var (rec, kl, loss) = (new double[count], new double[count], new double[count]);
            int draws = noise.IsEmpty ? _count : 1;
            for (int s = 0; s < draws; s++)
            {
                for (int r = 0; r < count; r++) (noise.IsEmpty ? _noise.AsSpan(s * d, d) : noise.Slice((from + r) * d, d)).CopyTo(_draws.AsSpan(r * d));
                _batch.Load(scaled.Span, _draws, count);
                _batch.Measure(scaled, count, _model.Options.BoundSteps > 0 ? _model.PriorMean.ToArray() : default(ReadOnlyMemory<double>), _model.PriorTime, []);
                for (int r = 0; r < count; r++)
                {
                    rec[r] += _batch.NegativeLogLikelihood[r] / draws;
                    kl[r] += _batch.Divergence[r] / draws;
                    loss[r] += LossOf(_batch.NegativeLogLikelihood[r], _batch.Divergence[r], _model.Options.Readings.Divergence) / draws;
                }
            }
            for (int r = 0; r < count; r++) terms.Add(new(rec[r], kl[r], loss[r]));
        }
        return terms;
    }

    /// <inheritdoc/>
    public void Dispose() => _batch.Dispose();

    internal static double LossOf(double negativeLogLikelihood, double divergence, DivergenceSign sign) => negativeLogLikelihood + sign switch
    {
        DivergenceSign.Unbiased => divergence,
        DivergenceSign.Absolute => Math.Abs(divergence),
    };
}

/// <summary>A row's part of the Riemannian bound, nats.</summary>
/// <param name="NegativeLogLikelihood">−log p(x|z).</param>
/// <param name="Divergence">log q(z|x) − log p(z).</param>
/// <param name="Loss">Both, as the readings have it; the negative of the evidence's bound.</param>
public readonly record struct RiemannianTerms(double NegativeLogLikelihood, double Divergence, double Loss);
