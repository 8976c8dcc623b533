namespace Microsoft.ML.Vae.Core;

/// <summary>Rows that can be read many times, once per epoch. Data larger than memory never sits in memory.</summary>
public interface IRowSource
{
    /// <summary>m.</summary>
    int FeatureCount { get; }

    /// <summary>Number of rows, or null where it is not known before reading.</summary>
    long? Count { get; }

    /// <summary>Starts one pass over all rows.</summary>
    /// <param name="order">Draws the order of the rows; null: the stored order.</param>
    IRowReader Read(RandomStream? order);
}

/// <summary>One pass over a row source. Calls come one after another, but not always from the same thread.</summary>
public interface IRowReader : IDisposable
{
    /// <summary>Fills up to <paramref name="weights"/>.Length rows; returns how many, 0 at the end.</summary>
    /// <param name="features">[rows, m], row-major.</param>
    /// <param name="weights">[rows], 1 where the source has none.</param>
    int Read(Span<float> features, Span<float> weights);
}

/// <summary>Rows held in memory.</summary>
public sealed class MatrixRows : IRowSource
{
    private readonly ReadOnlyMemory<float> _features;
    private readonly ReadOnlyMemory<float> _weights;
    private readonly int[]? _subset;

    /// <summary>Wraps a [rows, m] matrix and optional weights [rows], without a copy.</summary>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public MatrixRows(ReadOnlyMemory<float> features, int featureCount, ReadOnlyMemory<float> weights = default)
        : this(features, featureCount, weights, null)
    {
        if (features.Length % featureCount != 0)
            throw new ArgumentException($"{features.Length} values are not a multiple of {featureCount} features.", nameof(features));
        if (!weights.IsEmpty && weights.Length != features.Length / featureCount)
            throw new ArgumentException($"Expected {features.Length / featureCount} weights, got {weights.Length}.", nameof(weights));
    }

    private MatrixRows(ReadOnlyMemory<float> features, int featureCount, ReadOnlyMemory<float> weights, int[]? subset)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(featureCount);
        (_features, FeatureCount, _weights, _subset) = (features, featureCount, weights, subset);
    }

    /// <inheritdoc/>
    public int FeatureCount { get; }

    /// <summary>Number of rows.</summary>
    public int RowCount => _subset?.Length ?? _features.Length / FeatureCount;

    /// <inheritdoc/>
    public long? Count => RowCount;

    /// <summary>One row, [m].</summary>
    public ReadOnlySpan<float> this[int row] => _features.Span.Slice(Stored(row) * FeatureCount, FeatureCount);

    /// <summary>A view of some of the rows.</summary>
    public MatrixRows Subset(IEnumerable<int> rows) => new(_features, FeatureCount, _weights, [.. rows.Select(Stored)]);

    /// <summary>A random split into a first part and a held-out part of the given share, at least one row each where there are two.</summary>
    public (MatrixRows Kept, MatrixRows HeldOut) Split(double heldOutFraction, RandomStream random)
    {
        int[] order = random.Permutation(RowCount);
        int held = (int)Math.Round(heldOutFraction * RowCount);
        if (heldOutFraction > 0) held = Math.Clamp(held, Math.Min(1, RowCount - 1), Math.Max(RowCount - 1, 0));
        return (Subset(order.Skip(held).Order()), Subset(order.Take(held).Order()));
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

        public int Read(Span<float> features, Span<float> weights)
        {
            int count = Math.Min(weights.Length, rows.RowCount - _next), m = rows.FeatureCount;
            ReadOnlySpan<float> source = rows._features.Span, sourceWeights = rows._weights.Span;
            for (int i = 0; i < count; i++)
            {
                int row = Stored(_next + i), ahead = _next + i + _rowsAhead;
                if (order is not null && ahead < order.Length) CacheHint.Fetch(source.Slice(Stored(ahead) * m, m));
                source.Slice(row * m, m).CopyTo(features.Slice(i * m, m));
                weights[i] = sourceWeights.IsEmpty ? 1f : sourceWeights[row];
            }
            _next += count;
            return count;
        }

        public void Dispose() { }

        private int Stored(int index) => rows.Stored(order is null ? index : order[index]);
    }
}
