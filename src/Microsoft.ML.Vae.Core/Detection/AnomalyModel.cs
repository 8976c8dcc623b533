namespace Microsoft.ML.Vae.Core;

/// <summary>A model that decides: VAE, loss estimator, calibration, threshold, and what the training rows taught about its latents. Immutable.</summary>
/// <remarks>Score in nats, higher = more anomalous. With a <see cref="Bank"/> a third of the decoder's residual plus how unlike the row is to its nearest known rows: a score, no density.
/// Without one L_x/β ≥ 0, −log density up to a constant of the model.</remarks>
/// <param name="Vae">The trained VAE.</param>
/// <param name="Estimator">How losses are estimated, always deterministically.</param>
/// <param name="Calibration">Scores of held-out normal rows.</param>
/// <param name="Threshold">PredictedLabel = Score &gt; Threshold.</param>
/// <param name="Importance">Variance carried by each latent.</param>
/// <param name="Coordinates">The isometric coordinates.</param>
/// <param name="Isometry">Whether the density is trustworthy on this data.</param>
public sealed record AnomalyModel(
    VaeModel Vae, LossEstimator Estimator, ConformalCalibration Calibration, float Threshold,
    LatentImportance Importance, IsometricCoordinates Coordinates, IsometryReport Isometry)
{
    /// <summary>At most this many held-out rows, drawn at random where there are more, are kept as the calibration table: p-values to 1e-5 are finer than any decision.</summary>
    public const int MaximumCalibrationRows = 100_000;

    /// <summary>The rows that it remembers; null: none, and the VAE alone scores.</summary>
    public ReferenceBank? Bank { get; init; }

    /// <summary>Checks that the parts fit each other, as those of a file may not.</summary>
    /// <exception cref="ArgumentException">They do not, or the threshold is no number.</exception>
    internal AnomalyModel Validated()
    {
        int n = Vae.LatentDimension;
        ArgumentOutOfRangeException.ThrowIfNegative(Isometry.Rows);
        if (float.IsNaN(Threshold)) throw new ArgumentException("The threshold is not a number.");
        if ((Importance.InverseVariance.Count, Coordinates.LatentDimension, Isometry.Latents.Count) != (n, n, n))
            throw new ArgumentException($"The model has {n} latents, but there are {Importance.InverseVariance.Count} importances, {Coordinates.LatentDimension} coordinates and {Isometry.Latents.Count} lines of isometry.");
        if (Bank is not null && (Bank.FeatureCount, Bank.LatentScales.Length) != (Vae.FeatureCount, n))
            throw new ArgumentException($"The model has {Vae.FeatureCount} features and {n} latents, its bank {Bank.FeatureCount} and {Bank.LatentScales.Length}.");
        return this;
    }

    /// <summary>The same model with a threshold for another false-alarm rate; no retraining.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not in (0, 1).</exception>
    public AnomalyModel WithFalseAlarmRate(double falseAlarmRate) => this with { Threshold = Calibration.Threshold(falseAlarmRate) };

    /// <summary>The same model with a threshold that keeps a false-alarm rate not in the mean over calibrations but, with the given confidence, in this one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not in (0, 1).</exception>
    public AnomalyModel WithFalseAlarmRateAtMost(double falseAlarmRate, double confidence = 0.95) => this with { Threshold = Calibration.ThresholdAtMost(falseAlarmRate, confidence) };

    /// <summary>Calibrates a fit on the rows that took no part in it, or on <paramref name="calibrationRows"/>, which must not have either; they are read once.</summary>
    /// <exception cref="InvalidOperationException">There is no held-out row to calibrate on.</exception>
    public static AnomalyModel Calibrate(VaeFit fit, LossEstimator estimator, double falseAlarmRate, IRowSource? calibrationRows = null)
    {
        ArgumentNullException.ThrowIfNull(fit);
        var vae = fit.Model;
        // Drawn from all: the first rows of a sorted file are not like the others.
        var scorer = new AnomalyScorer(vae, estimator, fit.Bank, RowPass.BlockRows);
        var sample = ScoredSample.Of(vae, scorer.Vae, Score, calibrationRows ?? fit.Calibration, MaximumCalibrationRows, RandomStream.FromSeed(0));
        float[] scores = [.. sample.Scores.Select(StableMath.ToFiniteSingle)];
        if (!scores.Any(s => !float.IsNaN(s)))
            throw new InvalidOperationException("There is no held-out row to calibrate on: give more rows, or a larger HeldOutFraction.");
        var calibration = new ConformalCalibration(scores);
        var posterior = sample.Posterior;
        var importance = LatentImportance.Of(vae, posterior.LogVariance);
        return new AnomalyModel(
            vae.WithActiveLatents(importance.Active), estimator, calibration, calibration.Threshold(falseAlarmRate), importance,
            IsometricCoordinates.Fit(posterior.Mean, posterior.LogVariance, vae.LatentDimension, vae.KlWeight),
            IsometryReport.Measure(vae, posterior.Draw(IsometryReport.DefaultRows)))
        { Bank = fit.Bank };

        ReadOnlySpan<double> Score(ReadOnlySpan<float> rows, int count)
        {
            scorer.Score(rows, count, VaeOutputs.Loss | VaeOutputs.Posterior);
            return scorer.Scores;
        }
    }

    /// <summary>The same model with p-values and threshold from other normal rows: seconds, nothing is trained. What was measured of the latents stays.</summary>
    /// <param name="rows">Normal rows that neither trained the model nor chose its state; a draw of at most <see cref="MaximumCalibrationRows"/> of them counts. They are read once.</param>
    /// <param name="falseAlarmRate">Share of normal rows that may be flagged.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="ArgumentException">The rows have another number of features.</exception>
    /// <exception cref="InvalidOperationException">No row has a score, or the rows are among those that the model remembers, which look more normal than new ones.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public AnomalyModel Recalibrate(IRowSource rows, double falseAlarmRate = 0.05, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.FeatureCount != Vae.InputCount) throw new ArgumentException($"The model takes {Vae.InputCount} features, the rows have {rows.FeatureCount}.", nameof(rows));
        var scorer = new AnomalyScorer(this, RowPass.BlockRows);
        var known = new KnownRows(Bank);
        var sample = ScoredSample.Of(Vae, scorer.Vae, Score, rows, MaximumCalibrationRows, RandomStream.FromSeed(0));
        known.ThrowIfTooMany();
        if (sample.Scores.All(double.IsNaN)) throw new InvalidOperationException("There is no row with a score to calibrate on.");
        var calibration = new ConformalCalibration(sample.Scores.Select(StableMath.ToFiniteSingle));
        return this with { Calibration = calibration, Threshold = calibration.Threshold(falseAlarmRate) };

        ReadOnlySpan<double> Score(ReadOnlySpan<float> block, int count)
        {
            cancellation.ThrowIfCancellationRequested();
            scorer.Score(block, count, VaeOutputs.Loss | VaeOutputs.Posterior);
            known.Look(scorer, count);
            return scorer.Scores;
        }
    }

    /// <summary>The scores of raw rows in stored order.</summary>
    public IReadOnlyList<float> ScoreAll(IRowSource rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int m = rows.FeatureCount;
        var scorer = new AnomalyScorer(this, RowPass.BlockRows);
        var (features, weights, scores) = (new float[RowPass.BlockRows * m], new float[RowPass.BlockRows], new List<float>());
        using var reader = rows.Read(null);
        for (int count; (count = reader.Read(features, weights)) > 0;)
        {
            scorer.Score(features.AsSpan(0, count * m), count, VaeOutputs.Loss);
            for (int r = 0; r < count; r++) scores.Add(VaeScorer.ToColumn(scorer.Scores[r]));
        }
        return scores;
    }

    /// <summary>log-density from the loss, nats, higher = more normal; only latents that carry information count as dimensions.</summary>
    /// <param name="loss">L_x.</param>
    /// <param name="logVolumeRatio"><see cref="VaeScorer.LogVolumeRatio"/>, or <see cref="VaeScorer.ScaledLogVolumeRatio"/> for a density per unit volume of the scaled features.</param>
    public float LogDensityOf(double loss, double logVolumeRatio) => StableMath.ToFiniteSingle(
        IsometricDensity.ToInputDensity(IsometricDensity.FromLoss(loss, Importance.ActiveCount, Vae.KlWeight), logVolumeRatio));
}
