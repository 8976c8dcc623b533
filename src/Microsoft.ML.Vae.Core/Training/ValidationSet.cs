using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>Held-out rows with fixed noise, so that losses of different moments compare.</summary>
internal sealed class ValidationSet
{
    private readonly List<Minibatch> _batches = [];
    private double _weight;

    /// <summary>Takes the rows, or a random draw of them where there are more than <see cref="TrainingOptions.MaximumValidationRows"/>.</summary>
    public ValidationSet(IRowSource rows, int latentDimension, TrainingOptions options, Action? throwIfStopped = null, ObservedValues? observed = null)
    {
        var random = RandomStream.FromSeed(options.Seed ?? 0).Split(3);
        int batchSize = Math.Min(options.BatchSize, options.MaximumValidationRows);
        using var reader = RowSample.Of(rows, options.MaximumValidationRows, random.Split(ulong.MaxValue), throwIfStopped).Read(null);
        while (true)
        {
            var (features, weights) = (new float[batchSize * rows.FeatureCount], new float[batchSize]);
            int count = reader.Fill(features, weights);
            if (count == 0) break;
            var noise = new float[count * options.Bound.Draws * latentDimension];
            random.Split((ulong)_batches.Count).Normals(noise);
            var batch = new Minibatch(features.AsMemory(0, count * rows.FeatureCount), noise, weights.AsMemory(0, count), count);
            if (observed is not null && ObservedValues.IsIncomplete(batch.Features.Span))
            {
                var mask = new float[batch.Features.Length];
                observed.Separate(features.AsSpan(0, mask.Length), mask);
                batch = batch with { Observed = mask };
            }
            _batches.Add(batch);
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
