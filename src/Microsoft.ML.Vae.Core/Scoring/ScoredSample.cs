using System.Runtime.InteropServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>Scores a random draw of at most so many raw rows as they pass, so that one pass over a source of any length is enough.</summary>
internal sealed class ScoredSample : IRowObserver
{
    private readonly VaeScorer _scorer;
    private readonly VaeOutputs _outputs;
    private readonly RowDraw _draw;
    private readonly int _features, _latents;
    private readonly List<double> _loss = [];
    private readonly List<float> _mean = [], _logVariance = [];
    private readonly float[] _drawnRows;
    private readonly int[] _drawnSlots;

    private ScoredSample(VaeModel model, LossEstimator estimator, VaeOutputs outputs, int maximumRows, RandomStream random)
    {
        (_features, _latents, _outputs) = (model.FeatureCount, model.LatentDimension, outputs);
        (_scorer, _draw) = (new VaeScorer(model, RowPass.BlockRows, estimator), new RowDraw(maximumRows, random));
        (_drawnRows, _drawnSlots) = (new float[RowPass.BlockRows * _features], new int[RowPass.BlockRows]);
    }

    /// <summary>L_x of the rows in stored order, [rows]; empty where it was not asked for.</summary>
    public double[] Loss { get; private set; } = [];

    /// <summary>Posteriors of the same rows.</summary>
    public PosteriorTable Posterior { get; private set; } = new([], [], 0);

    /// <summary>Reads the rows once.</summary>
    /// <param name="model">Scores them.</param>
    /// <param name="estimator">How losses are estimated.</param>
    /// <param name="outputs">Posterior, or posterior and loss.</param>
    /// <param name="rows">Raw rows.</param>
    /// <param name="maximumRows">Most rows drawn.</param>
    /// <param name="random">Draws them.</param>
    public static ScoredSample Of(VaeModel model, LossEstimator estimator, VaeOutputs outputs, IRowSource rows, int maximumRows, RandomStream random)
    {
        var sample = new ScoredSample(model, estimator, outputs, maximumRows, random);
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
        _scorer.Score(_drawnRows.AsSpan(0, count * _features), count, _outputs);
        for (int i = 0; i < count; i++)
        {
            if (_outputs.HasFlag(VaeOutputs.Loss)) Put(_loss, _drawnSlots[i], _scorer.Loss.Slice(i, 1));
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
        Loss = _loss.Count == 0 ? [] : [.. slots.Select(s => _loss[s])];
        Posterior = new PosteriorTable(InOrder(_mean), InOrder(_logVariance), slots.Length);

        float[] InOrder(List<float> table)
        {
            var ordered = new float[table.Count];
            for (int r = 0; r < slots.Length; r++) CollectionsMarshal.AsSpan(table).Slice(slots[r] * _latents, _latents).CopyTo(ordered.AsSpan(r * _latents));
            return ordered;
        }
    }
}
