namespace Microsoft.ML.Vae.Core;

/// <summary>Posteriors of some rows, side by side.</summary>
/// <param name="Mean">[rows, n].</param>
/// <param name="LogVariance">[rows, n].</param>
/// <param name="Rows">Number of rows.</param>
public sealed record PosteriorTable(float[] Mean, float[] LogVariance, int Rows)
{
    private const int BatchRows = 256;

    /// <summary>Encodes raw rows in stored order, at most <paramref name="maximumRows"/>.</summary>
    public static PosteriorTable Of(VaeModel model, IRowSource rows, int maximumRows = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rows);
        int m = model.FeatureCount, n = model.LatentDimension, seen = 0;
        var scorer = new VaeScorer(model, BatchRows, LossEstimator.Default);
        var (features, weights) = (new float[BatchRows * m], new float[BatchRows]);
        var (mean, logVariance) = (new List<float>(), new List<float>());
        using var reader = rows.Read(null);
        for (int count; seen < maximumRows && (count = Math.Min(reader.Read(features, weights), maximumRows - seen)) > 0; seen += count)
        {
            scorer.Score(features.AsSpan(0, count * m), count, VaeOutputs.Posterior);
            mean.AddRange(scorer.Mean[..(count * n)]);
            logVariance.AddRange(scorer.LogVariance[..(count * n)]);
        }
        return new PosteriorTable([.. mean], [.. logVariance], seen);
    }
}
