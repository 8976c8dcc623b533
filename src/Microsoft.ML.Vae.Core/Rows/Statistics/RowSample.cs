namespace Microsoft.ML.Vae.Core;

/// <summary>Copies a random draw of at most so many rows into memory, as they pass.</summary>
internal sealed class RowSample : IRowObserver
{
    private readonly RowDraw _draw;
    private readonly RowMemory _memory;

    /// <param name="featureCount">m.</param>
    /// <param name="maximumRows">Most rows of the sample.</param>
    /// <param name="random">Draws them.</param>
    public RowSample(int featureCount, int maximumRows, RandomStream random) =>
        (_draw, _memory) = (new RowDraw(maximumRows, random), new RowMemory(featureCount, isWeighted: true, sizeof(float) * (featureCount + 1L) * maximumRows));

    /// <summary>Number of rows that passed.</summary>
    public long Offered => _draw.Offered;

    /// <summary>The rows themselves where they are known to be few enough; else a draw, made in one pass.</summary>
    public static IRowSource Of(IRowSource rows, int maximumRows, RandomStream random, Action? throwIfStopped = null)
    {
        if (rows.Count <= maximumRows) return rows;
        var sample = new RowSample(rows.FeatureCount, maximumRows, random);
        RowPass.Run(rows, throwIfStopped, sample);
        return sample.ToRows();
    }

    public void Observe(ReadOnlySpan<float> features, ReadOnlySpan<float> weights, ReadOnlySpan<long> places)
    {
        int m = _memory.FeatureCount;
        for (int r = 0; r < places.Length; r++)
        {
            int slot = _draw.Offer(places[r]);
            if (slot == _memory.Count)
                _memory.TryAdd(features.Slice(r * m, m), weights[r]);
            else if (slot >= 0)
                _memory.Replace(slot, features.Slice(r * m, m), weights[r]);
        }
    }

    /// <summary>The sample in stored order. A copy: its places are its own.</summary>
    public MatrixRows ToRows() => new(_memory, _draw.SlotsInOrder());
}
