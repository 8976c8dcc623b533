namespace Microsoft.ML.Vae.Tests;

/// <summary>Thresholds keep what they promise and change without training.</summary>
public sealed class DecisionTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void The_false_alarm_rate_holds_on_held_out_normal_rows()
    {
        // Given the threshold, the rate on new rows is Beta-distributed over calibrations and binomial over tests: four deviations of both together. A tenth of the training rows calibrates.
        const double Rate = 0.1, Deviations = 4;
        const int Training = 2000, Test = 4000;
        var model = _ml.AnomalyDetection.Trainers.Vae(Components.AllInOne with { FalseAlarmRate = Rate })
            .Fit(Components.Features(_ml).Fit(Fitted.Data).Transform(Normal(Training, seed: 11)));
        double rate = model.Transform(Components.Features(_ml).Fit(Fitted.Data).Transform(Normal(Test, seed: 12))).GetColumn<bool>("PredictedLabel").Average(f => f ? 1.0 : 0.0);
        double deviation = Math.Sqrt(Rate * (1 - Rate) * ((1.0 / Test) + (1 / (0.1 * Training))));
        Assert.InRange(rate, Rate - (Deviations * deviation), Rate + (Deviations * deviation));
    }

    /// <summary>With confidence the threshold is higher: of 60 rows none may lie above it for 5 % at 95 %.</summary>
    [Fact]
    public void A_rate_may_be_kept_with_confidence()
    {
        var options = new AnomalyDetectionEstimator.Options { InputScoreColumnName = "Score", FalseAlarmRate = 0.05, Confidence = 0.95 };
        var scores = _ml.Data.LoadFromEnumerable(Enumerable.Range(1, 60).Select(i => new Scored { Score = i }));
        Assert.Equal(60, _ml.Transforms.DetectAnomalies(options).Fit(scores).Threshold);
        Assert.Equal(58, _ml.Transforms.DetectAnomalies(options with { Confidence = null }).Fit(scores).Threshold);
        Assert.Throws<ArgumentOutOfRangeException>("Confidence", () => _ml.Transforms.DetectAnomalies(options with { Confidence = 1 }));
    }

    private sealed class Scored
    {
        public float Score { get; set; }
    }

    [Fact]
    public void A_changed_rate_is_kept_in_the_mean_or_with_confidence_as_asked()
    {
        var detector = Fitted.AllInOne;
        var calibration = detector.Model.Calibration;
        Assert.Equal(calibration.Threshold(0.2), detector.WithFalseAlarmRate(0.2).Threshold);
        Assert.Equal(calibration.ThresholdAtMost(0.2, 0.9), detector.WithFalseAlarmRate(0.2, confidence: 0.9).Threshold);
        Assert.Equal(calibration.ThresholdAtMost(0.2, 0.9), ((VaeAnomalyTransformer)((ITransformer)detector).WithFalseAlarmRate(0.2, 0.9)).Threshold);
    }

    /// <summary>A detector behind a VAE counts its loss in units of β, and remembers which.</summary>
    [Fact]
    public void Scores_behind_a_weighted_VAE_are_nats_before_and_after_saving()
    {
        const double Weight = 3;
        var vae = Components.Vae with { Training = Components.Training with { KlWeight = Weight } };
        ITransformer model = Components.Features(_ml).Append(_ml.Transforms.VariationalAutoencoder(vae)).Append(_ml.Transforms.DetectAnomalies()).Fit(Fitted.Data);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, Fitted.Data.Schema, stream);
        stream.Position = 0;
        var (made, loaded) = (model.Transform(Fitted.Data), _ml.Model.Load(stream, out _).Transform(Fitted.Data));
        Assert.All(made.GetColumn<float>("Loss").Zip(made.GetColumn<float>("Score")), p => Assert.Equal((float)(p.First / Weight), p.Second, float.Abs(p.Second) * 1e-6f));
        Assert.Equal(Values.Of(made, "Score"), Values.Of(loaded, "Score"));
    }

    [Fact]
    public void The_estimator_of_the_options_scores()
    {
        var options = Components.AllInOne with { Estimator = LossEstimator.Analytic };
        var model = Components.Features(_ml).Append(_ml.AnomalyDetection.Trainers.Vae(options)).Fit(Fitted.Data);
        Assert.Equal(LossEstimator.Analytic, ((VaeAnomalyTransformer)Components.Last(model)).Model.Estimator);
        Assert.NotEqual(Values.Of(Fitted.Model("AllInOne").Transform(Fitted.Data), "Score"), Values.Of(model.Transform(Fitted.Data), "Score"));
    }

    /// <summary>Sorted scores: whoever keeps the first alone flags everything.</summary>
    [Fact]
    public void Of_very_many_scores_a_random_draw_calibrates()
    {
        const int Rows = 2 * AnomalyModel.MaximumCalibrationRows;
        var scores = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(i => new Scored { Score = i }));
        var detector = _ml.Transforms.DetectAnomalies(new AnomalyDetectionEstimator.Options { InputScoreColumnName = "Score" }).Fit(scores);
        Assert.Equal(AnomalyModel.MaximumCalibrationRows, detector.Calibration.Scores.Count);
        Assert.InRange(detector.Threshold / Rows, 0.94, 0.96);
    }

    [Fact]
    public void Known_rows_are_named_and_their_part_of_each_contribution_is_told()
    {
        var view = Fitted.Model("AllInOne").Transform(Fitted.Data);
        var bank = Fitted.AllInOne.Model.Bank!;
        Assert.Equal(540, bank.Count); // of 600 rows, 60 calibrate
        foreach (var row in _ml.Data.CreateEnumerable<Explained>(view, reuseRowObject: false))
        {
            Assert.Equal(row.Score, row.Contributions.Sum() + row.LatentContributions.Sum(), 1e-4);
            Assert.All(row.NearestRows, b => Assert.InRange(b, 0, bank.Count - 1));
            Assert.Equal(ReferenceBank.NearestCount, row.NearestRows.Distinct().Count());
            Assert.All(row.Contributions.Zip(row.NeighbourContributions), p => Assert.True(p.First >= p.Second));
        }
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData(0.1, null)]
    [InlineData(0.1, 0)]
    public void A_detector_remembers_no_rows_where_none_are_asked_for_or_some_are_anomalies(double? contamination, int? rows)
    {
        var estimator = Components.Features(_ml).Append(_ml.AnomalyDetection.Trainers.Vae(Components.AllInOne with { Contamination = contamination, ReferenceRows = rows }));
        var model = estimator.Fit(Fitted.Data);
        Assert.Null(((VaeAnomalyTransformer)Components.Last(model)).Model.Bank);
        Assert.Null(model.Transform(Fitted.Data).Schema.GetColumnOrNull("NearestRows"));
        Assert.DoesNotContain(estimator.GetOutputSchema(SchemaTests.Shape(Fitted.Data.Schema)), c => c.Name == "NearestRows");
    }

    [Fact]
    public void Label_and_p_value_follow_the_score()
    {
        var model = Fitted.AllInOne;
        foreach (var row in _ml.Data.CreateEnumerable<Decision>(Fitted.Model("AllInOne").Transform(Fitted.Data), reuseRowObject: false))
        {
            Assert.Equal(row.Score > model.Threshold, row.PredictedLabel);
            Assert.Equal(row.PValue <= 0.05, row.PredictedLabel);
            Assert.Equal((float)model.Model.Calibration.PValue(row.Score), row.PValue);
        }
    }

    [Theory]
    [InlineData("AllInOne")]
    [InlineData("Detector")]
    public void Another_rate_needs_no_training(string name)
    {
        using var folder = new TemporaryFolder();
        _ml.Model.Save(Fitted.Model(name), Fitted.Data.Schema, folder.File("model.zip"));
        foreach (var model in new[] { Fitted.Model(name), _ml.Model.Load(folder.File("model.zip"), out _) })
        {
            int before = Flagged(model), more = Flagged(model.WithFalseAlarmRate(0.3)), back = Flagged(model.WithFalseAlarmRate(0.3).WithFalseAlarmRate(0.05));
            Assert.True(more > before, $"{more} > {before}");
            Assert.Equal(before, back);
            Assert.Equal(Values.Of(model.Transform(Fitted.Data), "Score"), Values.Of(model.WithFalseAlarmRate(0.3).Transform(Fitted.Data), "Score"));
        }
        Assert.IsType<VaeAnomalyTransformer>(((ITransformer)Fitted.AllInOne).WithFalseAlarmRate(0.2));
    }

    [Fact]
    public void The_last_detector_of_a_nested_chain_is_changed()
    {
        var nested = new TransformerChain<ITransformer>(Fitted.Model("Vae"), new TransformerChain<ITransformer>(Components.Last(Fitted.Model("Detector"))));
        Assert.True(Flagged(nested.WithFalseAlarmRate(0.3)) > Flagged(nested));
    }

    [Fact]
    public void A_model_without_a_detector_says_so()
    {
        var error = Assert.Throws<ArgumentException>(() => Fitted.Model("Vae").WithFalseAlarmRate(0.1));
        Assert.Contains("holds no VaeAnomalyTransformer or AnomalyDetectionTransformer", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("falseAlarmRate", () => Fitted.Model("AllInOne").WithFalseAlarmRate(1));
    }

    [Fact]
    public void Contamination_flags_that_share_of_the_fitted_rows()
    {
        const double Share = 0.1;
        var data = Fitted.Model("Vae").Transform(Fitted.Data);
        var detector = _ml.Transforms.DetectAnomalies(new AnomalyDetectionEstimator.Options { Contamination = Share }).Fit(data);
        Assert.Equal(Share * Fitted.Rows, detector.Transform(data).GetColumn<bool>("PredictedLabel").Count(f => f));
        var all = _ml.AnomalyDetection.Trainers.Vae(Components.AllInOne with { Contamination = Share }).Fit(data);
        Assert.Equal(ConformalCalibration.ContaminationThreshold(all.Model.Calibration.Scores, Share), all.Threshold);
    }

    [Fact]
    public void Any_score_column_can_be_decided_on()
    {
        var detector = _ml.Transforms.DetectAnomalies("A", falseAlarmRate: 0.05).Fit(Fitted.Data);
        var view = detector.Transform(Fitted.Data);
        Assert.Equal(Values.Of(Fitted.Data, "A"), Values.Of(view, "Score"));
        Assert.Equal(Math.Floor(0.05 * (Fitted.Rows + 1)) - 1, view.GetColumn<bool>("PredictedLabel").Count(f => f));
    }

    [Fact]
    public void The_detectors_score_is_the_loss_in_nats()
    {
        const double SinglePrecision = 1e-6;
        var vae = _ml.Transforms.VariationalAutoencoder(Components.Vae with { Likelihood = SquaredErrorLikelihood.Unweighted, Training = Components.Training with { KlWeight = 0.1 } });
        var view = Components.Features(_ml).Append(vae).Append(_ml.Transforms.DetectAnomalies()).Fit(Fitted.Data).Transform(Fitted.Data);
        foreach (var (loss, score) in view.GetColumn<float>("Loss").Zip(view.GetColumn<float>("Score"))) Assert.Equal(1, score * 0.1 / loss, SinglePrecision);
    }

    private IDataView Normal(int rows, int seed) => _ml.Data.LoadFromEnumerable(Row.Make(rows, seed, anomalies: false));

    private static int Flagged(ITransformer model) => model.Transform(Fitted.Data).GetColumn<bool>("PredictedLabel").Count(f => f);

    private sealed class Explained
    {
        public float Score { get; set; }

        public float[] Contributions { get; set; } = [];

        public float[] LatentContributions { get; set; } = [];

        public float[] NeighbourContributions { get; set; } = [];

        public int[] NearestRows { get; set; } = [];
    }
}
