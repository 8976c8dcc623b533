namespace Microsoft.ML.Vae.Core;

/// <summary>Keeps the rows of a slow source (a CSV file, a query) in a binary file, written during the first full pass and read from then on.</summary>
/// <remarks>Shuffled passes draw blocks from the whole file: who asks for one before there has been a full pass waits for it.
/// The file vanishes on disposal, and however the process ends; a file that holds less than or other than what was written to it throws.</remarks>
public sealed class CachedRows : IRowSource, IDisposable
{
    private readonly IRowSource _inner;
    private readonly RowFile _file;
    private WritingReader? _writer;
    private long? _count;

    /// <summary>Opens the file; nothing is read or written yet.</summary>
    /// <param name="inner">The slow source.</param>
    /// <param name="folder">Where the file lies; null: the system's temporary folder.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public CachedRows(IRowSource inner, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        (_inner, _file) = (inner, new RowFile(inner.FeatureCount, folder));
    }

    /// <inheritdoc/>
    public int FeatureCount => _inner.FeatureCount;

    /// <summary>Known after the first full pass at the latest.</summary>
    public long? Count => _count ?? _inner.Count;

    /// <summary>Whether passes read the file.</summary>
    public bool IsComplete => _count is not null;

    /// <inheritdoc/>
    public IRowReader Read(RandomStream? order)
    {
        if (order is { } random) return Shuffled(random, _count ?? Write());
        if (_count is { } count) return new FileReader(_file, FeatureCount, count, null);
        return _writer = new WritingReader(this);
    }

    /// <inheritdoc/>
    public Func<long, bool> Draw(double share, RandomStream random) => _inner.Draw(share, random);

    /// <summary>Removes the file.</summary>
    public void Dispose() => _file.Dispose();

    private IRowReader Shuffled(RandomStream random, long count)
    {
        int[] blocks = random.Split(1).Permutation(checked((int)RowFile.Blocks(count)));
        return new ShuffledRows(new InOrder(this, count, blocks)).Read(random);
    }

    private long Write()
    {
        var (features, weights) = (new float[RowFile.BlockRows * FeatureCount], new float[RowFile.BlockRows]);
        using var reader = Read(null);
        while (reader.Read(features, weights) > 0) { }
        return _count!.Value;
    }

    // The rows block by block in a given order, for the shuffling buffer to mix.
    private sealed class InOrder(CachedRows rows, long count, int[] blocks) : IRowSource
    {
        public int FeatureCount => rows.FeatureCount;

        public long? Count => count;

        public IRowReader Read(RandomStream? order) => new FileReader(rows._file, rows.FeatureCount, count, blocks);
    }

    // Passes rows through and writes them. A pass that stops early leaves nothing behind, and one that is overtaken by a later one leaves the writing to it.
    private sealed class WritingReader(CachedRows rows) : IRowReader
    {
        private readonly IRowReader _inner = rows._inner.Read(null);
        private readonly RowFile.Block _block = rows._file.NewBlock();
        private long[] _places = [];
        private long _written;
        private int _filled;

        public int Read(Span<float> features, Span<float> weights, Span<long> places)
        {
            if (_places.Length < weights.Length) _places = new long[weights.Length];
            int count = _inner.Read(features, weights, _places.AsSpan(0, weights.Length));
            if (!places.IsEmpty) _places.AsSpan(0, count).CopyTo(places);
            if (rows._writer != this || rows.IsComplete) return count;
            if (count == 0 && !weights.IsEmpty) Complete();
            for (int r = 0; r < count; r += Append(features, weights, r, count)) { }
            return count;
        }

        public void Dispose()
        {
            if (rows._writer == this) rows._writer = null;
            _inner.Dispose();
        }

        // Takes rows into the block, as many as it has room for.
        private int Append(ReadOnlySpan<float> features, ReadOnlySpan<float> weights, int from, int to)
        {
            int m = rows.FeatureCount, taken = Math.Min(to - from, RowFile.BlockRows - _filled);
            _block.Count = RowFile.BlockRows;
            features.Slice(from * m, taken * m).CopyTo(_block.Features[(_filled * m)..]);
            weights.Slice(from, taken).CopyTo(_block.Weights[_filled..]);
            _places.AsSpan(from, taken).CopyTo(_block.Places[_filled..]);
            _filled += taken;
            if (_filled == RowFile.BlockRows) Flush(_block);
            return taken;
        }

        private void Complete()
        {
            if (_filled > 0)
            {
                var last = rows._file.NewBlock();
                last.Count = _filled;
                _block.Features[..last.Features.Length].CopyTo(last.Features);
                _block.Weights[.._filled].CopyTo(last.Weights);
                _block.Places[.._filled].CopyTo(last.Places);
                Flush(last);
            }
            rows._count = _written;
        }

        private void Flush(RowFile.Block block)
        {
            rows._file.Write(_written / RowFile.BlockRows, block);
            _written += block.Count;
            _filled = 0;
        }
    }

    private sealed class FileReader(RowFile file, int m, long count, int[]? blocks) : IRowReader
    {
        private readonly RowFile.Block _block = file.NewBlock();
        private long _nextBlock;
        private int _next;

        public int Read(Span<float> features, Span<float> weights, Span<long> places)
        {
            int read = 0;
            while (read < weights.Length && (_next < _block.Count || NextBlock()))
            {
                int taken = Math.Min(weights.Length - read, _block.Count - _next);
                _block.Features.Slice(_next * m, taken * m).CopyTo(features[(read * m)..]);
                _block.Weights.Slice(_next, taken).CopyTo(weights[read..]);
                if (!places.IsEmpty) _block.Places.Slice(_next, taken).CopyTo(places[read..]);
                (_next, read) = (_next + taken, read + taken);
            }
            return read;
        }

        public void Dispose() { }

        private bool NextBlock()
        {
            if (_nextBlock == RowFile.Blocks(count)) return false;
            file.Read(blocks is null ? _nextBlock : blocks[_nextBlock], count, _block);
            (_next, _nextBlock) = (0, _nextBlock + 1);
            return true;
        }
    }
}
