using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>Held-out rows with fixed noise, so that losses of different moments compare.</summary>
internal sealed class ValidationSet
{
    private readonly List<Minibatch> _batches = [];
    private long _rows;
    private double _weight;

    public ValidationSet(IRowSource rows, int latentDimension, TrainingOptions options)
    {
        var random = RandomStream.FromSeed(options.Seed).Split(3);
        int batchSize = Math.Min(options.BatchSize, options.MaximumValidationRows);
        using var reader = rows.Read(null);
        while (_rows < options.MaximumValidationRows)
        {
            var (features, weights) = (new float[batchSize * rows.FeatureCount], new float[batchSize]);
            int count = (int)Math.Min(reader.Read(features, weights), options.MaximumValidationRows - _rows);
            if (count == 0) break;
            var noise = new float[count * options.Bound.Draws * latentDimension];
            random.Split((ulong)_batches.Count).Normals(noise);
            _batches.Add(new Minibatch(features.AsMemory(0, count * rows.FeatureCount), noise, weights.AsMemory(0, count), count));
            _rows += count;
            _weight += TensorPrimitives.Sum<float>(weights.AsSpan(0, count));
        }
    }

    public bool IsEmpty => !(_weight > 0);

    /// <summary>Largest magnitude of any feature; NaN where one is NaN.</summary>
    public float LargestMagnitude => TensorPrimitives.MaxMagnitude<float>([.. _batches.Select(b => Math.Abs(TensorPrimitives.MaxMagnitude(b.Features.Span)))]);

    /// <summary>Average loss per row, by the rows' weights.</summary>
    public double Loss(ITrainingEngine engine, double klWeight)
    {
        double sum = 0;
        foreach (var batch in _batches) sum += engine.Evaluate(batch, klWeight).Loss * TensorPrimitives.Sum(batch.Weights.Span);
        return sum / _weight;
    }
}
