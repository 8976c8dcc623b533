using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>Held-out rows with fixed noise, so that losses of different moments compare.</summary>
internal sealed class ValidationSet
{
    private readonly List<Minibatch> _batches = [];
    private readonly double _share;
    private double[] _losses = [], _weights = [];

    /// <summary>Takes the rows, or a random draw of them where there are more than <see cref="TrainingOptions.MaximumValidationRows"/>.</summary>
    public ValidationSet(IRowSource rows, int latentDimension, TrainingOptions options, Action? throwIfStopped = null, ObservedValues? observed = null)
    {
        var random = RandomStream.FromSeed(options.Seed ?? 0).Split(3);
        _share = options.ValidationShare;
        int batchSize = Math.Min(options.BatchSize, options.MaximumValidationRows);
        using var reader = RowSample.Of(rows, options.MaximumValidationRows, random.Split(ulong.MaxValue), throwIfStopped).Read(null);
        while (true)
        {
            var (features, weights) = (new float[batchSize * rows.FeatureCount], new float[batchSize]);
            int count = reader.Fill(features, weights);
            if (count == 0) break;
            var batch = new Minibatch(features.AsMemory(0, count * rows.FeatureCount), default, weights.AsMemory(0, count), count);
            if (observed is not null && ObservedValues.IsIncomplete(batch.Features.Span))
            {
                var mask = new float[batch.Features.Length];
                observed.Separate(features.AsSpan(0, mask.Length), mask);
                batch = batch with { Observed = mask };
            }
            for (int draw = 0; draw < options.ValidationDraws; draw++)
            {
                var noise = new float[count * options.Bound.Draws * latentDimension];
                random.Split((ulong)_batches.Count).Normals(noise);
                _batches.Add(batch with { Noise = noise });
            }
        }
        _losses = new double[_batches.Sum(b => b.Count)];
        _weights = new double[_losses.Length];
    }

    public bool IsEmpty => !_batches.Any(b => TensorPrimitives.Sum(b.Weights.Span) > 0);

    /// <summary>Largest magnitude of any feature; NaN where one is NaN.</summary>
    public float LargestMagnitude => TensorPrimitives.MaxMagnitude<float>([.. _batches.Select(b => Math.Abs(TensorPrimitives.MaxMagnitude(b.Features.Span)))]);

    /// <summary>Average loss of the rows with the lowest losses, by the rows' weights; NaN where one is.</summary>
    public double Loss(ITrainingEngine engine, double klWeight)
    {
        int at = 0;
        foreach (var batch in _batches)
        {
            engine.RowLosses(batch, klWeight, _losses.AsSpan(at, batch.Count));
            for (int r = 0; r < batch.Count; r++) _weights[at++] = batch.Weights.Span[r];
        }
        Array.Sort(_losses, _weights);
        double kept = _share * _weights.Sum(), left = kept, sum = 0;
        for (int r = 0; left > 0 && r < at; left -= _weights[r++])
            if (_weights[r] > 0) sum += Math.Min(left, _weights[r]) * _losses[r];
        return sum / kept;
    }
}
