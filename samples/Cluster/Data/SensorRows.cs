/// <summary>Rows of sensors that two hidden causes drive, each with a small noise of its own: made anew at every pass, the same for the same seed and shard.</summary>
/// <param name="seed">Of the data.</param>
/// <param name="shard">Number of the shard.</param>
/// <param name="count">Rows.</param>
/// <param name="anomalyEvery">Every so many rows one sensor is stuck; 0: never.</param>
internal sealed class SensorRows(int seed, int shard, long count, int anomalyEvery) : IRowSource
{
    /// <summary>m.</summary>
    public const int Sensors = 12;

    private const int Block = 256;
    private const float Noise = 0.05f, Stuck = 0.8f;

    /// <inheritdoc/>
    public int FeatureCount => Sensors;

    /// <inheritdoc/>
    public long? Count => count;

    /// <summary>Whether the row at a place of a shard is an anomaly.</summary>
    public static bool IsAnomaly(long place, int anomalyEvery) => anomalyEvery > 0 && place % anomalyEvery == anomalyEvery - 1;

    /// <inheritdoc/>
    public IRowReader Read(RandomStream? order) => order is null ? new Reader(this) : new ShuffledRows(this).Read(order);

    private void Make(long block, Span<float> rows)
    {
        var random = RandomStream.FromSeed(seed).Split((ulong)shard).Split((ulong)block);
        random.Split(1).Normals(rows);
        for (int r = 0; r < rows.Length / Sensors; r++)
        {
            var row = rows.Slice(r * Sensors, Sensors);
            float u = (float)((2 * random.Uniform(2 * r)) - 1), v = (float)Math.Sqrt(random.Uniform((2 * r) + 1));
            for (int i = 0; i < Sensors; i++) row[i] = Sensor(i, u, v) + (Noise * row[i]);
            if (IsAnomaly((block * Block) + r, anomalyEvery)) row[r % Sensors] += Stuck;
        }
    }

    private static float Sensor(int i, float u, float v) => MathF.Sin(((0.6f + (0.1f * i)) * u) + (0.5f * i)) + (0.4f * MathF.Cos(i) * v) + (0.2f * u * v);

    private sealed class Reader(SensorRows rows) : IRowReader
    {
        private readonly float[] _block = new float[Block * Sensors];
        private long _place;

        public int Read(Span<float> features, Span<float> weights, Span<long> places)
        {
            int at = (int)(_place % Block);
            if (at == 0) rows.Make(_place / Block, _block);
            int taken = (int)Math.Min(Math.Min(weights.Length, Block - at), rows.Count!.Value - _place);
            _block.AsSpan(at * Sensors, taken * Sensors).CopyTo(features);
            weights[..taken].Fill(1);
            for (int r = 0; r < Math.Min(taken, places.Length); r++) places[r] = _place + r;
            _place += taken;
            return taken;
        }

        public void Dispose()
        {
        }
    }
}
