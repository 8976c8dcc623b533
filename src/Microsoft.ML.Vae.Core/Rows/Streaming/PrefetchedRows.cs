namespace Microsoft.ML.Vae.Core;

/// <summary>Reads the next batch on another thread while the caller works on this one. Same rows, same order.</summary>
public sealed class PrefetchedRows : IRowSource
{
    private readonly IRowSource _inner;

    /// <summary>Wraps a source that takes time to read.</summary>
    public PrefetchedRows(IRowSource inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
    }

    /// <inheritdoc/>
    public int FeatureCount => _inner.FeatureCount;

    /// <inheritdoc/>
    public long? Count => _inner.Count;

    /// <inheritdoc/>
    public bool IsInMemory => _inner.IsInMemory;

    /// <inheritdoc/>
    public IRowReader Read(RandomStream? order) => new Reader(_inner.Read(order), FeatureCount);

    /// <inheritdoc/>
    public IRowSource Where(Func<long, bool> isSelected) => new PrefetchedRows(_inner.Where(isSelected));

    /// <inheritdoc/>
    public Func<long, bool> Draw(double share, RandomStream random) => _inner.Draw(share, random);

    private sealed class Reader(IRowReader inner, int m) : IRowReader
    {
        private Batch _front = new(0, m), _back = new(0, m);
        private Task? _pending;
        private int _served;
        private bool _ended;

        public int Read(Span<float> features, Span<float> weights, Span<long> places)
        {
            if (weights.IsEmpty) return 0;
            if (_served == _front.Count && !_ended) Advance(weights.Length);
            int count = Math.Min(weights.Length, _front.Count - _served);
            _front.Features.AsSpan(_served * m, count * m).CopyTo(features);
            _front.Weights.AsSpan(_served, count).CopyTo(weights);
            if (!places.IsEmpty) _front.Places.AsSpan(_served, count).CopyTo(places);
            _served += count;
            return count;
        }

        public void Dispose()
        {
            _pending?.ContinueWith(_ => { }, TaskScheduler.Default).Wait(); // an error of a batch that nobody asked for is nobody's
            inner.Dispose();
        }

        // Takes the batch that was under way, and starts the one after it.
        private void Advance(int rows)
        {
            if (_pending is null) Start(rows);
            _pending!.GetAwaiter().GetResult();
            (_front, _back, _served) = (_back, _front, 0);
            _ended = _front.Count == 0;
            if (!_ended) Start(rows);
        }

        // A batch never shrinks: whoever fills up a batch of his own asks for ever fewer rows.
        private void Start(int rows)
        {
            if (_back.Weights.Length < rows) _back = new Batch(rows, m);
            var batch = _back;
            _pending = Task.Run(() => batch.Count = inner.Fill(batch.Features, batch.Weights, batch.Places));
        }
    }

    private sealed class Batch(int rows, int m)
    {
        public float[] Features { get; } = new float[rows * m];

        public float[] Weights { get; } = new float[rows];

        public long[] Places { get; } = new long[rows];

        public int Count { get; set; }
    }
}
