using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Report;

/// <summary>Scores many rows on all processors; a row's score depends on that row alone, so that their number does not matter.</summary>
internal sealed class BlockScorer(AnomalyModel model)
{
    /// <summary>Rows that are read at a time: some blocks for each processor.</summary>
    public const int TogetherRows = 16 * RowPass.BlockRows;

    private float[] _scores = [];

    /// <summary>Scores, [rows]; overwritten by the next call.</summary>
    public ReadOnlySpan<float> Score(ReadOnlySpan<float> rows, int count)
    {
        int m = model.Vae.InputCount;
        float[] features = rows.ToArray();
        if (_scores.Length < count) _scores = new float[count];
        Parallel.For(0, (count + RowPass.BlockRows - 1) / RowPass.BlockRows, () => _free.TryTake(out var used) ? used : new AnomalyScorer(model, RowPass.BlockRows), (b, _, scorer) =>
        {
            int first = b * RowPass.BlockRows, block = Math.Min(RowPass.BlockRows, count - first);
            scorer.Score(features.AsSpan(first * m, block * m), block, VaeOutputs.Loss);
            for (int r = 0; r < block; r++) _scores[first + r] = VaeScorer.ToColumn(scorer.Scores[r]);
            return scorer;
        }, _free.Add);
        return _scores.AsSpan(0, count);
    }

    private readonly System.Collections.Concurrent.ConcurrentBag<AnomalyScorer> _free = [];
}
