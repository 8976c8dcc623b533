using System.Runtime.ExceptionServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>The endless sequence of training batches: epoch after epoch, each in an order of its own, with fresh noise for every step.</summary>
internal sealed class BatchSequence : IDisposable
{
    private readonly IRowSource _rows;
    private readonly ObservedValues? _observed;
    private readonly bool _isStream;
    private readonly RandomStream _order, _noiseStream;
    private readonly Buffers[] _buffers;
    private IRowReader _reader;
    private Drawn? _ahead;
    private ExceptionDispatchInfo? _failure;
    private int _draws, _toSkip;

    public BatchSequence(IRowSource rows, int noisePerRow, int batchSize, RandomStream random, TrainingPlace start, ObservedValues? observed = null)
    {
        _observed = observed;
        _isStream = !rows.IsInMemory;
        _rows = _isStream ? new PrefetchedRows(rows) : rows; // a stream is read while the engine works
        (_order, _noiseStream) = (random.Split(1), random.Split(2));
        int size = BalancedSize(rows.Count, batchSize);
        _buffers = [new Buffers(size, rows.FeatureCount, noisePerRow), new Buffers(size, rows.FeatureCount, noisePerRow)];
        Place = start;
        (_reader, _toSkip) = (Open(start.Epoch), start.Batch);
    }

    /// <summary>Where the next batch lies.</summary>
    public TrainingPlace Place { get; private set; }

    /// <summary>The next batch; valid until the one after it.</summary>
    /// <exception cref="InvalidOperationException">The source holds no rows.</exception>
    public Minibatch Next()
    {
        Fill();
        _failure?.Throw();
        var drawn = _ahead!.Value;
        (_ahead, Place) = (null, drawn.PlaceAfter);
        return drawn.Batch;
    }

    /// <summary>Draws the next batch now, if it is not drawn yet; what goes wrong is thrown by <see cref="Next"/>. The batch in use stays as it is.</summary>
    /// <remarks>Of a stream, which has a thread of its own, nothing: whoever calls this has better to do than to wait for a disk.</remarks>
    public void Prepare()
    {
        if (!_isStream) Fill();
    }

    public void Dispose() => _reader.Dispose();

    private void Fill()
    {
        if (_ahead is not null) return;
        try
        {
            _ahead = Draw(_buffers[_draws++ % _buffers.Length]);
        }
#pragma warning disable CA1031 // it is thrown again to whoever takes the batch
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failure = ExceptionDispatchInfo.Capture(e);
        }
    }

    private Drawn Draw(Buffers buffers)
    {
        for (; _toSkip > 0; _toSkip--) _reader.Fill(buffers.Features, buffers.Weights);
        var place = Place;
        int count = _reader.Fill(buffers.Features, buffers.Weights);
        if (count == 0)
        {
            place = new TrainingPlace(place.Step, place.Epoch + 1, 0);
            _reader.Dispose();
            _reader = Open(place.Epoch);
            count = _reader.Fill(buffers.Features, buffers.Weights);
            if (count == 0) throw new InvalidOperationException("Training set has 0 instances, aborting training.");
        }
        var batch = buffers.First(count, _observed);
        _noiseStream.Split((ulong)place.Step).Normals(buffers.Noise.AsSpan(0, batch.Noise.Length));
        return new Drawn(batch, new TrainingPlace(place.Step + 1, place.Epoch, place.Batch + 1));
    }

    private IRowReader Open(int epoch) => _rows.Read(_order.Split((ulong)epoch));

    // 129 rows in batches of 128 would end each epoch on a single row, whose gradient is mostly noise: 65 + 64 instead.
    private static int BalancedSize(long? rows, int batchSize)
    {
        if (rows is not { } count || count == 0) return batchSize;
        long batches = (count + batchSize - 1) / batchSize;
        return (int)((count + batches - 1) / batches);
    }

    private readonly record struct Drawn(Minibatch Batch, TrainingPlace PlaceAfter);

    // Two take turns: one is learnt from while the other is filled.
    private sealed class Buffers(int rows, int features, int latents)
    {
        public float[] Features { get; } = new float[rows * features];

        public float[] Weights { get; } = new float[rows];

        public float[] Noise { get; } = new float[rows * latents];

        private float[] _isObserved = [];

        public Minibatch First(int count, ObservedValues? observed)
        {
            var batch = new Minibatch(Features.AsMemory(0, count * features), Noise.AsMemory(0, count * latents), Weights.AsMemory(0, count), count);
            if (observed is null || !ObservedValues.IsIncomplete(batch.Features.Span)) return batch;
            if (_isObserved.Length == 0) _isObserved = new float[Features.Length];
            observed.Separate(Features.AsSpan(0, count * features), _isObserved.AsSpan(0, count * features));
            return batch with { Observed = _isObserved.AsMemory(0, count * features) };
        }
    }
}
