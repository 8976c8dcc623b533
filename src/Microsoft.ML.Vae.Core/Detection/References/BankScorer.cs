using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>How unlike rows are to a bank's, in batches. Owns its buffers: one instance per thread.</summary>
internal sealed class BankScorer
{
    /// <summary>Share of the local level that is subtracted: 0 were a density, 1 the full correction of LOF.</summary>
    public const double LevelShare = 0.5;

    /// <summary>Weight of the latent displacement or divergence, and of the decoder's residual, beside the bank's.</summary>
    public const double Share = 1.0 / 3;

    /// <summary>Squared isometric distance per latent below which rows count as equal; a posterior's own is 1.</summary>
    public const double LeastLatentVariance = 0.1;

    /// <summary>Where scaled values end: their squares are finite in double precision, and nothing farther is more anomalous.</summary>
    public const float Farthest = 1e28f;

    private const int Wide = ReferenceBank.WideCount;

    private readonly ReferenceBank _bank;
    private readonly NearestRows _search;
    private readonly KnownRowResidual _residual;
    private readonly float[] _rows, _searched;
    private readonly double[] _difference;
    private readonly int[] _nearest;

    public BankScorer(ReferenceBank bank, int maximumRows)
    {
        (_bank, _search, _residual) = (bank, NearestRows.Of(bank, maximumRows), new KnownRowResidual(bank));
        int values = Math.Min(maximumRows, NearestRows.ChunkRows) * bank.FeatureCount;
        (_rows, _searched, _difference) = (new float[values], new float[values], new double[bank.ActiveLatents.Length]);
        _nearest = new int[maximumRows * Wide];
    }

    /// <summary>Whether the divergence stands in for the displacement of the latents: where there are categories.</summary>
    public bool UsesDivergence => _bank.Categories is not null;

    /// <summary>How many known rows were found for each row: <see cref="ReferenceBank.WideCount"/>, or all.</summary>
    private int Found => Math.Min(Wide, _bank.Count);

    /// <summary>The nearest known rows of a row of the last batch, nearest first.</summary>
    public ReadOnlySpan<int> Nearest(int row) => _nearest.AsSpan(row * Wide, Math.Min(ReferenceBank.NearestCount, Found));

    /// <summary>Takes back what was found for a row of the last batch.</summary>
    public void Forget(int row) => _nearest.AsSpan(row * Wide, Wide).Fill(-1);

    /// <summary>Scores rows without NaN; of a row with one the result has no meaning.</summary>
    /// <param name="rows">Scaled, [count, m].</param>
    /// <param name="means">μ, [count, n].</param>
    /// <param name="count">Rows.</param>
    /// <param name="features">[count, m], nats: residuals less the local level.</param>
    /// <param name="latents">[count, n], nats, ≥ 0; untouched where <see cref="UsesDivergence"/>.</param>
    public void Score(ReadOnlySpan<float> rows, ReadOnlySpan<float> means, int count, Span<double> features, Span<double> latents)
    {
        int m = _bank.FeatureCount, n = _bank.LatentScales.Length;
        double share = LevelShare / Found;
        for (int first = 0; first < count; first += NearestRows.ChunkRows)
        {
            int run = Math.Min(NearestRows.ChunkRows, count - first);
            Find(rows.Slice(first * m, run * m), run, -1, _nearest.AsSpan(first * Wide));
            for (int r = 0; r < run; r++)
            {
                var nearest = _nearest.AsSpan((first + r) * Wide, Found);
                var terms = features.Slice((first + r) * m, m);
                _residual.Compute(_rows.AsSpan(r * m, m), _searched.AsSpan(r * m, m), nearest, terms);
                foreach (int known in nearest)
                    for (int i = 0; i < m; i++) terms[i] -= share * _bank.Levels[(known * m) + i];
                if (!UsesDivergence) Displacement(means.Slice((first + r) * n, n), Nearest(first + r), latents.Slice((first + r) * n, n));
            }
        }
    }

    /// <summary>Shows each known row with its nearest others; where there are none, nothing.</summary>
    public void ForEachKnown(Action<int, KnownRowResidual, ReadOnlyMemory<int>> visit)
    {
        int m = _bank.FeatureCount, found = Math.Min(Wide, _bank.Count - 1);
        for (int first = 0; first < _bank.Count && found > 0; first += NearestRows.ChunkRows)
        {
            int run = Math.Min(NearestRows.ChunkRows, _bank.Count - first);
            Find(_bank.Rows.AsSpan(first * m, run * m), run, first, _nearest);
            for (int r = 0; r < run; r++) visit(first + r, _residual, _nearest.AsMemory(r * Wide, found));
        }
    }

    private void Find(ReadOnlySpan<float> rows, int count, int own, Span<int> nearest)
    {
        int m = _bank.FeatureCount;
        for (int i = 0; i < rows.Length; i++) _rows[i] = Bounded(rows[i]);
        for (int r = 0; r < count; r++) TensorPrimitives.Multiply(_rows.AsSpan(r * m, m), _bank.SearchWeights, _searched.AsSpan(r * m, m));
        _search.Search(_searched.AsSpan(0, rows.Length), count, own, nearest);
    }

    // The mean of ½n ln(1 + |y − y_b|²/(.1n)) over the nearest, split by the squared differences.
    private void Displacement(ReadOnlySpan<float> mean, ReadOnlySpan<int> nearest, Span<double> terms)
    {
        terms.Clear();
        int active = _bank.ActiveLatents.Length;
        foreach (int known in nearest)
        {
            for (int a = 0; a < active; a++)
            {
                int j = _bank.ActiveLatents[a];
                double difference = (double)Bounded(mean[j] * _bank.LatentScales[j]) - _bank.Coordinates[(known * active) + a];
                _difference[a] = difference * difference;
            }
            double squares = TensorPrimitives.Sum<double>(_difference);
            if (squares == 0) continue;
            double term = Share * 0.5 * active / nearest.Length * StableMath.LogP1(squares / (LeastLatentVariance * active));
            for (int a = 0; a < active; a++) terms[_bank.ActiveLatents[a]] += term * _difference[a] / squares;
        }
    }

    // What overflowed on its way is as far as anything can be.
    private static float Bounded(float value) => float.IsNaN(value) ? Farthest : Math.Clamp(value, -Farthest, Farthest);
}
