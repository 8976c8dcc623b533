namespace Microsoft.ML.Vae.Core;

/// <summary>A random order for a source that can only be read in stored order: rows leave a buffer of bounded size at random.</summary>
/// <remarks>Mixes over about as many neighbouring rows as the buffer holds; a smaller source is mixed wholly. The order depends on the stream drawn from alone.</remarks>
public sealed class ShuffledRows : IRowSource
{
    // 16 MB at most; beyond some thousand rows a batch no longer shows where it came from.
    private const int MaximumValues = 1 << 22, MaximumRows = 1 << 14;

    private readonly IRowSource _inner;
    private readonly int _bufferRows;

    /// <summary>Wraps a source, of which stored order alone is asked.</summary>
    public ShuffledRows(IRowSource inner)
        : this(inner, Math.Clamp(MaximumValues / (inner ?? throw new ArgumentNullException(nameof(inner))).FeatureCount, 2, MaximumRows))
    {
    }

    internal ShuffledRows(IRowSource inner, int bufferRows) => (_inner, _bufferRows) = (inner, bufferRows);

    /// <inheritdoc/>
    public int FeatureCount => _inner.FeatureCount;

    /// <inheritdoc/>
    public long? Count => _inner.Count;

    /// <inheritdoc/>
    public bool IsInMemory => _inner.IsInMemory;

    /// <inheritdoc/>
    public IRowReader Read(RandomStream? order) => order is { } random ? new Reader(_inner.Read(null), FeatureCount, _bufferRows, random) : _inner.Read(null);

    /// <inheritdoc/>
    public IRowSource Where(Func<long, bool> isSelected) => new ShuffledRows(_inner.Where(isSelected), _bufferRows);

    /// <inheritdoc/>
    public Func<long, bool> Draw(double share, RandomStream random) => _inner.Draw(share, random);

    private sealed class Reader(IRowReader inner, int m, int capacity, RandomStream random) : IRowReader
    {
        private readonly float[] _features = new float[capacity * m], _weights = new float[capacity];
        private readonly long[] _places = new long[capacity];
        private int _filled;
        private long _drawn;
        private bool _ended;

        public int Read(Span<float> features, Span<float> weights, Span<long> places)
        {
            for (int count = 0; count < weights.Length; count++)
            {
                if (_filled <= capacity / 2) Refill();
                if (_filled == 0) return count;
                int pick = (int)(random.Uniform(_drawn++) * _filled--);
                Row(pick).CopyTo(features[(count * m)..]);
                weights[count] = _weights[pick];
                if (!places.IsEmpty) places[count] = _places[pick];
                Row(_filled).CopyTo(Row(pick));
                (_weights[pick], _places[pick]) = (_weights[_filled], _places[_filled]);
            }
            return weights.Length;
        }

        public void Dispose() => inner.Dispose();

        private Span<float> Row(int row) => _features.AsSpan(row * m, m);

        private void Refill()
        {
            while (!_ended && _filled < capacity)
            {
                int count = inner.Read(_features.AsSpan(_filled * m), _weights.AsSpan(_filled), _places.AsSpan(_filled));
                _ended = count == 0;
                _filled += count;
            }
        }
    }
}
