using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Detection;

public class VaeFitTests
{
    private static readonly VaeFitOptions Options = new() { LatentDimension = 2, HiddenWidths = [12], Training = Toy.Options with { Steps = 300, ValidationInterval = 50 } };

    [Fact]
    public void Far_rows_score_above_near_ones_and_the_held_out_false_alarms_are_as_promised()
    {
        var fit = VaeFit.Run(Toy.Rows(600, 1), Options);
        var detector = AnomalyModel.Calibrate(fit, LossEstimator.Default, 0.1);
        float[] normal = [.. detector.ScoreAll(Toy.Rows(400, 2))];
        float[] broken = [.. detector.ScoreAll(Toy.Rows(100, 3, values => { for (int r = 0; r < 100; r++) values[(r * 5) + 4] += 5; }))];
        var metrics = DetectionMetrics.Compute([.. normal, .. broken], [.. Enumerable.Range(0, 500).Select(i => i >= 400)]);
        Assert.True(metrics.AreaUnderRocCurve > 0.95, $"AUROC {metrics.AreaUnderRocCurve}");
        // 60 calibration rows and 400 fresh ones: Beta-binomial standard deviation .04.
        Assert.InRange(normal.Count(s => s > detector.Threshold) / 400.0, 0, 0.25);
        Assert.Equal(60, detector.Calibration.Scores.Count);
        Assert.All(normal.Zip(normal.Select(detector.Calibration.PValue)), p => Assert.Equal(p.First > detector.Threshold, p.Second <= 0.1 + 1e-12));
    }

    [Fact]
    public void Another_false_alarm_rate_needs_no_training()
    {
        var detector = AnomalyModel.Calibrate(VaeFit.Run(Toy.Rows(100, 1), Options with { Training = Toy.Options }), LossEstimator.Analytic, 0.1);
        var strict = detector.WithFalseAlarmRate(0.05);
        Assert.Same(detector.Vae, strict.Vae);
        Assert.True(strict.Threshold > detector.Threshold);
        Assert.Throws<ArgumentOutOfRangeException>(() => detector.WithFalseAlarmRate(1.5));
        // Ten rows keep no such rate with confidence, and a laxer one more cautiously than in the mean.
        Assert.Equal(float.PositiveInfinity, detector.WithFalseAlarmRateAtMost(0.1).Threshold);
        Assert.True(detector.WithFalseAlarmRateAtMost(0.4).Threshold > detector.WithFalseAlarmRate(0.4).Threshold);
    }

    /// <summary>Of rows that train or choose; those that calibrate get no score.</summary>
    [Theory]
    [InlineData(float.NaN, "missing")]
    [InlineData(float.NegativeInfinity, "infinite")]
    public void A_value_that_is_refused_is_named_whatever_the_part_of_its_row(float value, string words)
    {
        const int Rows = 30;
        var options = Options with { HiddenWidths = [2], Training = Toy.Options with { Steps = 2 }, AcceptMissing = false, HeldOutFraction = 0.4 };
        int refused = 0;
        for (int row = 0; row < Rows; row++)
        {
            int at = (row * Toy.Features) + 3;
            try
            {
                VaeFit.Run(Toy.Rows(Rows, 1, v => v[at] = value), options, ["a", "b", "c", "d", "e"]);
            }
            catch (InvalidOperationException e)
            {
                refused++;
                Assert.Contains("'d'", e.Message, StringComparison.Ordinal);
                Assert.Contains(words, e.Message, StringComparison.Ordinal);
            }
        }
        var roles = VaeFit.Run(Toy.Rows(Rows, 1), options).Roles;
        Assert.True(roles.Chose > 0 && roles.Calibrated > 0);
        Assert.Equal(roles.Trained + roles.Chose, refused);
    }

    [Fact]
    public void Constant_columns_and_wild_scales_train_and_score()
    {
        var rows = Toy.Rows(200, 1, values =>
        {
            for (int r = 0; r < 200; r++) (values[r * 5], values[(r * 5) + 1], values[(r * 5) + 2]) = (7f, 1e9f * values[(r * 5) + 1], 1e-9f * values[(r * 5) + 2]);
        });
        var fit = VaeFit.Run(rows, Options);
        Assert.Equal(TrainingOutcome.Completed, fit.Training.Outcome);
        Assert.All(AnomalyModel.Calibrate(fit, LossEstimator.Default, 0.1).ScoreAll(rows), s => Assert.True(float.IsFinite(s)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void One_or_two_rows_train_and_calibrate_or_say_why_not(int rows)
    {
        var fit = VaeFit.Run(Toy.Rows(rows, 1), Options with { Training = Toy.Options });
        Assert.Equal(TrainingOutcome.Completed, fit.Training.Outcome);
        if (rows == 2)
            Assert.Equal(float.PositiveInfinity, AnomalyModel.Calibrate(fit, LossEstimator.Default, 0.1).Threshold);
        else
            Assert.Contains("no held-out row", Assert.Throws<InvalidOperationException>(() => AnomalyModel.Calibrate(fit, LossEstimator.Default, 0.1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_rows_are_refused_in_the_words_of_ML_NET() => Assert.Equal(
        "Training set has 0 instances, aborting training.", Assert.Throws<InvalidOperationException>(() => VaeFit.Run(Toy.Rows(0, 1), Options)).Message);

    [Fact]
    public void Calibration_rows_with_missing_values_are_left_out_where_they_are_refused()
    {
        var fit = VaeFit.Run(Toy.Rows(100, 1), Options with { Training = Toy.Options, AcceptMissing = false });
        var detector = AnomalyModel.Calibrate(fit, LossEstimator.Default, 0.1, Toy.Rows(30, 2, v => v[7] = float.NaN));
        Assert.Equal((29, 29), (detector.Calibration.Scores.Count, detector.Isometry.Rows));
        Assert.All(detector.Coordinates.Values.SelectMany(v => v), v => Assert.True(float.IsFinite(v)));
    }

    /// <summary>Stored by size: whoever calibrates on the first rows alone flags half of the others.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Calibration_rows_beyond_the_limit_are_drawn_from_all(bool isStream)
    {
        var fit = VaeFit.Run(Toy.Rows(100, 1), new VaeFitOptions { LatentDimension = 1, HiddenWidths = [2], Training = Toy.Options with { Steps = 5 } });
        float[] sizes = [.. Enumerable.Range(0, 2 * AnomalyModel.MaximumCalibrationRows).Select(r => r * 1e-5f)], values = new float[Toy.Features * sizes.Length];
        for (int r = 0; r < sizes.Length; r++) values.AsSpan(r * Toy.Features, Toy.Features).Fill(sizes[r]);
        IRowSource rows = new MatrixRows(values, Toy.Features);
        var detector = AnomalyModel.Calibrate(fit, LossEstimator.Analytic, 0.1, isStream ? new PrefetchedRows(new Uncounted(rows)) : rows);
        Assert.InRange(detector.Calibration.Scores.Count, 0.99 * AnomalyModel.MaximumCalibrationRows, AnomalyModel.MaximumCalibrationRows);
        var scores = detector.ScoreAll(rows);
        Assert.InRange(scores.Count(s => s > detector.Threshold) / (double)scores.Count, 0.095, 0.105);
    }

    private sealed class Uncounted(IRowSource rows) : IRowSource
    {
        public int FeatureCount => rows.FeatureCount;

        public long? Count => null;

        public IRowReader Read(RandomStream? order) => rows.Read(order);
    }

    /// <summary>Single-precision scaling may end a hair above one; that is no reason to refuse.</summary>
    [Fact]
    public void Min_max_scaled_rows_of_any_range_suit_the_Bernoulli_likelihood()
    {
        for (int seed = 0; seed < 40; seed++)
            VaeFit.Run(Toy.Rows(20, seed, values => { for (int i = 0; i < values.Length; i++) values[i] *= 1.7f + seed; }), Options with
            {
                Scaling = ScalingKind.MinMax,
                Likelihood = BernoulliLikelihood.Instance,
                Training = Toy.Options with { Steps = 2 },
            });
    }

    [Fact]
    public void Rows_that_the_Bernoulli_likelihood_cannot_model_are_refused()
    {
        var error = Assert.Throws<InvalidOperationException>(() => VaeFit.Run(Toy.Rows(50, 1), Options with { Likelihood = BernoulliLikelihood.Instance }));
        Assert.Contains("ScalingKind.MinMax", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_latent_collapses_under_a_large_KL_weight_and_that_is_reported()
    {
        var options = Options with { Likelihood = SquaredErrorLikelihood.Unweighted, Training = Options.Training with { KlWeight = 100 } };
        var detector = AnomalyModel.Calibrate(VaeFit.Run(Toy.Rows(300, 1), options), LossEstimator.Default, 0.1);
        Assert.Equal([0, 1], detector.Importance.Collapsed);
        Assert.False(detector.Isometry.IsTrustworthy);
        Assert.StartsWith("All latents are collapsed", detector.Isometry.Verdict, StringComparison.Ordinal);
    }
}
