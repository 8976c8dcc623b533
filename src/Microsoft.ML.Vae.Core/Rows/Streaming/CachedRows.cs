namespace Microsoft.ML.Vae.Core;

/// <summary>Keeps the rows of a slow source (a CSV file, a query) in a binary file, written during the first full pass and read from then on.</summary>
/// <remarks>Shuffled passes draw blocks from the whole file: who asks for one before there has been a full pass waits for it.
/// The file vanishes on disposal, and however the process ends; a file that holds less than or other than what was written to it throws.</remarks>
public sealed class CachedRows : IRowSource, IDisposable
{
    private readonly IRowSource _inner;
    private readonly RowFile _file;
    private WritingReader? _writing;
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
        if (_count is { } count) return new RowFileReader(_file, count, null);
        return _writing = new WritingReader(this);
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

        public IRowReader Read(RandomStream? order) => new RowFileReader(rows._file, count, blocks);
    }

    // Passes rows through and writes them. A pass that stops early leaves nothing behind, and one that is overtaken by a later one leaves the writing to it.
    private sealed class WritingReader(CachedRows rows) : IRowReader
    {
        private readonly IRowReader _inner = rows._inner.Read(null);
        private readonly RowFileWriter _writer = new(rows._file);
        private long[] _places = [];

        public int Read(Span<float> features, Span<float> weights, Span<long> places)
        {
            if (_places.Length < weights.Length) _places = new long[weights.Length];
            int count = _inner.Read(features, weights, _places.AsSpan(0, weights.Length));
            if (!places.IsEmpty) _places.AsSpan(0, count).CopyTo(places);
            if (rows._writing != this) return count;
            _writer.Append(features[..(count * rows.FeatureCount)], weights[..count], _places.AsSpan(0, count));
            if (count == 0 && !weights.IsEmpty) (rows._count, rows._writing) = (_writer.Complete(), null);
            return count;
        }

        public void Dispose()
        {
            if (rows._writing == this) rows._writing = null;
            _inner.Dispose();
        }
    }
}
