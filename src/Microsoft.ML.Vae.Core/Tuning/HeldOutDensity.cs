namespace Microsoft.ML.Vae.Core;

/// <summary>How well a VAE predicts rows it has not seen: the evidence lower bound, log p(x|z) − KL with weight 1 whatever β it was trained with.</summary>
/// <remarks>A bound of log p(x) for any β, latent dimension and width, therefore comparable across them; not across kinds of likelihood.
/// log p_G(x) of the isometric density would not do: its unit of volume is each model's own loss metric.</remarks>
public static class HeldOutDensity
{
    private const int BatchRows = 256, IsometryRows = 200;

    // Normal ones: the few signs that rank rows would leave out what a decoder's curvature costs beyond the second order, and with it that this is a bound.
    private static readonly LossEstimator Draws = new(64);

    /// <summary>Density and isometry of complete rows that took no part in the training.</summary>
    /// <param name="model">The trained VAE.</param>
    /// <param name="rows">Raw.</param>
    public static TuningOutcome Measure(VaeModel model, MatrixRows rows) => new(LogDensity(model, rows), IsometryError(IsometryReport.Measure(model, rows, IsometryRows)));

    /// <summary>Mean over rows, nats, per unit volume of the raw features.</summary>
    /// <param name="model">The trained VAE.</param>
    /// <param name="rows">Raw, complete.</param>
    /// <exception cref="ArgumentException">There are no rows, they have another number of features than the model takes, or one has a missing value or infinity: it has no density to compare.</exception>
    public static double LogDensity(VaeModel model, MatrixRows rows)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.RowCount == 0) throw new ArgumentException("Expected held-out rows, got none.", nameof(rows));
        if (rows.FeatureCount != model.InputCount) throw new ArgumentException($"Expected rows of {model.InputCount} features, got {rows.FeatureCount}.", nameof(rows));
        int m = model.FeatureCount, n = model.LatentDimension;
        var scorer = new VaeScorer(model, BatchRows, Draws);
        var likelihood = model.Architecture.Likelihood;
        double sum = 0, logVolume = 0;
        foreach (float factor in model.Scaling.Factors) logVolume += Math.Log(factor);
        var (features, weights, mode) = (new float[BatchRows * m], new float[BatchRows], new double[m]);
        var complete = CompleteRows.Of(rows, model.FeatureNames, what => new ArgumentException(what, nameof(rows)));
        using var reader = GapFlags.Behind(complete, model.Watched).Read(null);
        for (int count; (count = reader.Read(features, weights)) > 0;)
        {
            scorer.Score(features.AsSpan(0, count * m), count, VaeOutputs.Loss);
            model.Scaling.Apply(features.AsSpan(0, count * m));
            for (int r = 0; r < count; r++)
            {
                // Loss = distortion + β KL.
                double kl = Sum(scorer.LatentLoss.Slice(r * n, n)) / model.KlWeight, distortion = Sum(scorer.FeatureLoss.Slice(r * m, m));
                likelihood.LogLikelihoodAtMode(features.AsSpan(r * m, m), model.LikelihoodParameters, mode);
                sum += Sum(mode) - distortion - kl + logVolume;
            }
        }
        return sum / rows.RowCount;
    }

    /// <summary>Mean departure from norm 1 plus mean |cosine| over the active latents; 1 where all are collapsed, for their norm is 0.</summary>
    private static double IsometryError(IsometryReport report)
    {
        var active = report.Latents.Where(l => l.IsActive).ToArray();
        return active.Length == 0 ? 1 : active.Average(l => Math.Abs(l.NormMean - 1) + l.MeanAbsoluteCosine);
    }

    private static double Sum(ReadOnlySpan<double> terms)
    {
        double sum = 0;
        foreach (double t in terms) sum += t;
        return sum;
    }
}
