namespace Microsoft.ML.Vae.Core;

/// <summary>The batches of a virtual shard by the number of the step: epochs in batches of nearly equal size, with noise of each step's own.</summary>
internal sealed class ShardBatches(VirtualRows rows, ShelvedEngine engine, FeatureScaling scaling, RandomStream random)
{
    private readonly long _batches = (rows.Training.Count + engine.Options.BatchSize - 1) / engine.Options.BatchSize;
    private readonly int _noisePerRow = engine.Architecture.LatentDimension * engine.Options.Bound.Draws;
    private float[] _features = [], _observed = [], _noise = [];

    /// <summary>Rows of all batches so far.</summary>
    public long Rows { get; private set; }

    /// <summary>The batch of a step; valid until the next.</summary>
    public Minibatch Next(long step)
    {
        long epoch = step / _batches, batch = step % _batches, first = rows.Training.Count * batch / _batches;
        int count = (int)((rows.Training.Count * (batch + 1) / _batches) - first), m = rows.FeatureCount;
        if (_features.Length == 0) (_features, _noise) = (new float[engine.Options.BatchSize * m], new float[engine.Options.BatchSize * _noisePerRow]);
        Rows += count;
        var features = _features.AsSpan(0, count * m);
        rows.Shuffled(random.Split(1)).Fill(epoch, first, features);
        random.Split(2).Split((ulong)step).Normals(_noise.AsSpan(0, count * _noisePerRow));
        return Scaled(_features, count, engine, scaling, m, ref _observed) with { Noise = _noise.AsMemory(0, count * _noisePerRow) };
    }

    /// <summary>Raw rows as an engine takes them, scaled in place; without noise.</summary>
    public static Minibatch Scaled(float[] raw, int count, ShelvedEngine engine, FeatureScaling scaling, int m, ref float[] observed)
    {
        var features = raw.AsSpan(0, count * m);
        scaling.Apply(features);
        if (engine.IsUnit.Contains(true)) UnitRange.Clamp(features, engine.IsUnit);
        var batch = new Minibatch(raw.AsMemory(0, count * m), default, default, count);
        if (engine.Observed is null || !ObservedValues.IsIncomplete(features)) return batch;
        if (observed.Length < features.Length) observed = new float[raw.Length];
        engine.Observed.Separate(features, observed.AsSpan(0, features.Length));
        return batch with { Observed = observed.AsMemory(0, features.Length) };
    }
}
