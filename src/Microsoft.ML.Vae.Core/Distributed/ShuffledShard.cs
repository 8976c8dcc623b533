namespace Microsoft.ML.Vae.Core;

/// <summary>The rows of a virtual shard in an order of each epoch's own, from anywhere in it: blocks in random order, and within chunks of them the rows.</summary>
/// <remarks>The order depends on the number of rows and the stream alone. Keeps one chunk; one thread at a time.</remarks>
internal sealed class ShuffledShard(StoredRows rows, int m, RandomStream random)
{
    // 16,384 rows, or 16 MB: beyond some thousand a batch no longer shows where it came from.
    private const int MaximumValues = 1 << 22, MostBlocks = 64;

    private readonly int _chunkBlocks = Math.Clamp(MaximumValues / (StoredRows.BlockRows * m), 1, MostBlocks);
    private float[] _chunk = [];
    private int[] _blocks = [], _order = [];
    private long _epoch = -1, _first, _end;

    /// <summary>Writes the rows at the places first … of an epoch's order, [rows, m].</summary>
    public void Fill(long epoch, long first, Span<float> features)
    {
        if (epoch != _epoch)
        {
            (_epoch, _first, _end) = (epoch, 0, 0);
            _blocks = random.Split((ulong)epoch).Permutation(rows.Blocks);
        }
        for (; features.Length > 0; first++)
        {
            if (first < _first || first >= _end) Load(first);
            _chunk.AsSpan(_order[first - _first] * m, m).CopyTo(features);
            features = features[m..];
        }
    }

    // The last block is short, wherever it comes to stand.
    private void Load(long place)
    {
        int chunkRows = _chunkBlocks * StoredRows.BlockRows, last = rows.Blocks - 1, shortBy = (int)(((long)rows.Blocks * StoredRows.BlockRows) - rows.Count), at = Array.IndexOf(_blocks, last);
        int chunk = (int)(place / chunkRows);
        if (Start(chunk + 1) <= place) chunk++;
        int from = chunk * _chunkBlocks, to = Math.Min(from + _chunkBlocks, rows.Blocks), filled = 0;
        if (_chunk.Length == 0) _chunk = new float[Math.Min(chunkRows, rows.Blocks * StoredRows.BlockRows) * m];
        for (int b = from; b < to; b++) filled += rows.Read(_blocks[b], _chunk.AsSpan(filled * m));
        (_first, _end) = (Start(chunk), Start(chunk) + filled);
        _order = random.Split((ulong)_epoch).Split((ulong)chunk).Permutation(filled);

        long Start(int c) => ((long)c * chunkRows) - (at < c * _chunkBlocks ? shortBy : 0);
    }
}
