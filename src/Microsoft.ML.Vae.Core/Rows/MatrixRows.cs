namespace Microsoft.ML.Vae.Core;

/// <summary>Rows held in memory.</summary>
public sealed class MatrixRows : IRowSource
{
    private readonly RowMemory _memory;
    private readonly int[]? _subset;

    /// <summary>Wraps a [rows, m] matrix and optional weights [rows], without a copy.</summary>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public MatrixRows(ReadOnlyMemory<float> features, int featureCount, ReadOnlyMemory<float> weights = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(featureCount);
        if (features.Length % featureCount != 0)
            throw new ArgumentException($"{features.Length} values are not a multiple of {featureCount} features.", nameof(features));
        if (!weights.IsEmpty && weights.Length != features.Length / featureCount)
            throw new ArgumentException($"Expected {features.Length / featureCount} weights, got {weights.Length}.", nameof(weights));
        _memory = new RowMemory(features, featureCount, weights);
        RowCount = _memory.Count;
    }

    /// <summary>The rows that a memory holds now, or those of them that are listed.</summary>
    internal MatrixRows(RowMemory memory, int[]? subset = null) => (_memory, _subset, RowCount) = (memory, subset, subset?.Length ?? memory.Count);

    /// <inheritdoc/>
    public int FeatureCount => _memory.FeatureCount;

    /// <summary>Number of rows.</summary>
    public int RowCount { get; }

    /// <inheritdoc/>
    public long? Count => RowCount;

    /// <summary>True.</summary>
    public bool IsInMemory => true;

    /// <summary>One row, [m].</summary>
    public ReadOnlySpan<float> this[int row] => _memory[Stored(row)];

    /// <summary>A view of some of the rows, in the order in which they are listed.</summary>
    public MatrixRows Subset(IEnumerable<int> rows) => new(_memory, [.. rows.Select(Stored)]);

    /// <inheritdoc/>
    public IRowSource Where(Func<long, bool> isSelected) => new MatrixRows(_memory, [.. Enumerable.Range(0, RowCount).Select(Stored).Where(place => isSelected(place))]);

    /// <summary>The exact share, rounded to a row; of two rows or more at least one, unless the share is 0, and not all.</summary>
    public Func<long, bool> Draw(double share, RandomStream random)
    {
        int drawn = (int)Math.Round(share * RowCount);
        if (share > 0) drawn = Math.Clamp(drawn, Math.Min(1, RowCount - 1), Math.Max(RowCount - 1, 0));
        var isDrawn = new bool[_memory.Count];
        foreach (int row in random.Permutation(RowCount).AsSpan(0, drawn)) isDrawn[Stored(row)] = true;
        return place => isDrawn[place];
    }

    /// <summary>Copies the rows into one [rows, m] array.</summary>
    public float[] ToArray()
    {
        var copy = new float[RowCount * FeatureCount];
        for (int r = 0; r < RowCount; r++) this[r].CopyTo(copy.AsSpan(r * FeatureCount));
        return copy;
    }

    /// <inheritdoc/>
    public IRowReader Read(RandomStream? order) => new Reader(this, order?.Permutation(RowCount));

    private int Stored(int row) => _subset is null ? row : _subset[row];

    private sealed class Reader(MatrixRows rows, int[]? order) : IRowReader
    {
        // Rows in random order miss every cache; this many floats on their way hide the memory's latency.
        private const int FloatsAhead = 4096, MostRowsAhead = 24;

        private readonly int _rowsAhead = Math.Clamp(FloatsAhead / rows.FeatureCount, 2, MostRowsAhead);
        private int _next;

        public int Read(Span<float> features, Span<float> weights, Span<long> places)
        {
            int count = Math.Min(weights.Length, rows.RowCount - _next), m = rows.FeatureCount, piece = -1;
            var memory = rows._memory;
            ReadOnlySpan<float> source = default, sourceWeights = default;
            for (int i = 0; i < count; i++)
            {
                int row = Stored(_next + i), ahead = _next + i + _rowsAhead, place = memory.InPiece(row);
                if (memory.PieceOf(row) != piece)
                {
                    piece = memory.PieceOf(row);
                    source = memory.FeaturesOf(piece);
                    sourceWeights = memory.WeightsOf(piece);
                }
                if (order is not null && ahead < order.Length)
                {
                    int next = Stored(ahead);
                    CacheHint.Fetch(memory.PieceOf(next) == piece ? source.Slice(memory.InPiece(next) * m, m) : memory[next]);
                }
                source.Slice(place * m, m).CopyTo(features.Slice(i * m, m));
                weights[i] = sourceWeights.IsEmpty ? 1f : sourceWeights[place];
                if (!places.IsEmpty) places[i] = row;
            }
            _next += count;
            return count;
        }

        public void Dispose() { }

        private int Stored(int index) => rows.Stored(order is null ? index : order[index]);
    }
}
