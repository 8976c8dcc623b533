namespace Microsoft.ML.Vae.Core;

/// <summary>Held-out rows with fixed noise, so that losses of different moments compare.</summary>
internal sealed class ValidationSet
{
    private readonly List<Minibatch> _batches = [];
    private long _rows;

    public ValidationSet(IRowSource rows, int latentDimension, TrainingOptions options)
    {
        var random = RandomStream.FromSeed(options.Seed).Split(3);
        using var reader = rows.Read(null);
        while (_rows < options.MaximumValidationRows)
        {
            var (features, weights) = (new float[options.BatchSize * rows.FeatureCount], new float[options.BatchSize]);
            int count = (int)Math.Min(reader.Read(features, weights), options.MaximumValidationRows - _rows);
            if (count == 0) break;
            var noise = new float[count * latentDimension];
            random.Split((ulong)_batches.Count).Normals(noise);
            _batches.Add(new Minibatch(features.AsMemory(0, count * rows.FeatureCount), noise, weights.AsMemory(0, count), count));
            _rows += count;
        }
    }

    public bool IsEmpty => _rows == 0;

    /// <summary>Average loss per row.</summary>
    public double Loss(ITrainingEngine engine, double klWeight)
    {
        double sum = 0;
        foreach (var batch in _batches) sum += engine.Evaluate(batch, klWeight).Loss * batch.Count;
        return sum / _rows;
    }
}
