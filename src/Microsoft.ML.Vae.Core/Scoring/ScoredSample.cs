using System.Runtime.InteropServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>Computes a block of rows, and gives each row's score.</summary>
/// <param name="rows">Raw, [count, m].</param>
/// <param name="count">At most <see cref="RowPass.BlockRows"/>.</param>
internal delegate ReadOnlySpan<double> RowScores(ReadOnlySpan<float> rows, int count);

/// <summary>Scores a random draw of at most so many raw rows as they pass, so that one pass over a source of any length is enough.</summary>
internal sealed class ScoredSample : IRowObserver
{
    private readonly VaeScorer _scorer;
    private readonly RowScores _scores;
    private readonly RowDraw _draw;
    private readonly int _features, _latents;
    private readonly List<double> _drawn = [];
    private readonly List<float> _mean = [], _logVariance = [];
    private readonly float[] _drawnRows;
    private readonly int[] _drawnSlots;

    private ScoredSample(VaeModel model, int features, VaeScorer scorer, RowScores scores, int maximumRows, RandomStream random)
    {
        (_features, _latents, _scorer, _scores, _draw) = (features, model.LatentDimension, scorer, scores, new RowDraw(maximumRows, random));
        (_drawnRows, _drawnSlots) = (new float[RowPass.BlockRows * _features], new int[RowPass.BlockRows]);
    }

    /// <summary>Scores of the rows in stored order, [rows]; empty where none were computed.</summary>
    public double[] Scores { get; private set; } = [];

    /// <summary>Posteriors of the same rows.</summary>
    public PosteriorTable Posterior { get; private set; } = new([], [], 0);

    /// <summary>Reads the rows once.</summary>
    /// <param name="model">Scores them.</param>
    /// <param name="scorer">Of that model; it computes posteriors.</param>
    /// <param name="scores">Runs it.</param>
    /// <param name="rows">Raw rows.</param>
    /// <param name="maximumRows">Most rows drawn.</param>
    /// <param name="random">Draws them.</param>
    public static ScoredSample Of(VaeModel model, VaeScorer scorer, RowScores scores, IRowSource rows, int maximumRows, RandomStream random)
    {
        var sample = new ScoredSample(model, rows.FeatureCount, scorer, scores, maximumRows, random);
        RowPass.Run(rows, null, sample);
        sample.PutInOrder();
        return sample;
    }

    public void Observe(ReadOnlySpan<float> features, ReadOnlySpan<float> weights, ReadOnlySpan<long> places)
    {
        int count = 0;
        for (int r = 0; r < places.Length; r++)
        {
            int slot = _draw.Offer(places[r]);
            if (slot < 0) continue;
            features.Slice(r * _features, _features).CopyTo(_drawnRows.AsSpan(count * _features));
            _drawnSlots[count++] = slot;
        }
        var scores = _scores(_drawnRows.AsSpan(0, count * _features), count);
        for (int i = 0; i < count; i++)
        {
            if (!scores.IsEmpty) Put(_drawn, _drawnSlots[i], scores.Slice(i, 1));
            Put(_mean, _drawnSlots[i], _scorer.Mean.Slice(i * _latents, _latents));
            Put(_logVariance, _drawnSlots[i], _scorer.LogVariance.Slice(i * _latents, _latents));
        }
    }

    // A slot is one beyond the last, or is written over.
    private static void Put<T>(List<T> table, int slot, ReadOnlySpan<T> values)
    {
        if (slot * values.Length == table.Count)
            table.AddRange(values);
        else
            values.CopyTo(CollectionsMarshal.AsSpan(table)[(slot * values.Length)..]);
    }

    private void PutInOrder()
    {
        int[] slots = _draw.SlotsInOrder();
        Scores = _drawn.Count == 0 ? [] : [.. slots.Select(s => _drawn[s])];
        Posterior = new PosteriorTable(InOrder(_mean), InOrder(_logVariance), slots.Length);

        float[] InOrder(List<float> table)
        {
            var ordered = new float[table.Count];
            for (int r = 0; r < slots.Length; r++) CollectionsMarshal.AsSpan(table).Slice(slots[r] * _latents, _latents).CopyTo(ordered.AsSpan(r * _latents));
            return ordered;
        }
    }
}
