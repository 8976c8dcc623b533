namespace Microsoft.ML.Vae.Core;

/// <summary>The endless sequence of training batches: epoch after epoch, each in an order of its own, with fresh noise for every step.</summary>
internal sealed class BatchSequence : IDisposable
{
    private readonly IRowSource _rows;
    private readonly RandomStream _order, _noiseStream;
    private readonly int _latentDimension, _batchSize;
    private readonly float[] _features, _weights, _noise;
    private IRowReader _reader;

    public BatchSequence(IRowSource rows, int latentDimension, int batchSize, RandomStream random, TrainingPlace start)
    {
        _rows = rows.Count is null ? new PrefetchedRows(rows) : rows; // a stream is read while the engine works
        (_latentDimension, _batchSize) = (latentDimension, BalancedSize(rows.Count, batchSize));
        (_order, _noiseStream) = (random.Split(1), random.Split(2));
        (_features, _weights, _noise) = (new float[_batchSize * rows.FeatureCount], new float[_batchSize], new float[_batchSize * latentDimension]);
        Place = start;
        _reader = Open(start.Epoch);
        for (int b = 0; b < start.Batch; b++) _reader.Read(_features, _weights);
    }

    /// <summary>Where the next batch lies.</summary>
    public TrainingPlace Place { get; private set; }

    /// <summary>The next batch; valid until the one after it.</summary>
    /// <exception cref="InvalidOperationException">The source holds no rows.</exception>
    public Minibatch Next()
    {
        int count = _reader.Read(_features, _weights);
        if (count == 0)
        {
            _reader.Dispose();
            _reader = Open(Place.Epoch + 1);
            count = _reader.Read(_features, _weights);
            if (count == 0) throw new InvalidOperationException("Training set has 0 instances, aborting training.");
            Place = new TrainingPlace(Place.Step, Place.Epoch + 1, 0);
        }
        _noiseStream.Split((ulong)Place.Step).Normals(_noise.AsSpan(0, count * _latentDimension));
        Place = new TrainingPlace(Place.Step + 1, Place.Epoch, Place.Batch + 1);
        return new Minibatch(_features.AsMemory(0, count * _rows.FeatureCount), _noise.AsMemory(0, count * _latentDimension), _weights.AsMemory(0, count), count);
    }

    public void Dispose() => _reader.Dispose();

    private IRowReader Open(int epoch) => _rows.Read(_order.Split((ulong)epoch));

    // 129 rows in batches of 128 would end each epoch on a single row, whose gradient is mostly noise: 65 + 64 instead.
    private static int BalancedSize(long? rows, int batchSize)
    {
        if (rows is not { } count || count == 0) return batchSize;
        long batches = (count + batchSize - 1) / batchSize;
        return (int)((count + batches - 1) / batches);
    }
}
