namespace MLNetContract.Tests;

public class EvaluatorTests
{
    private const int Digits = 12;
    private readonly MLContext _ml = new(1);

    [Fact]
    public void Anomaly_auc_counts_ties_half()
    {
        var metrics = _ml.AnomalyDetection.Evaluate(Scored.View(_ml, (1, 3), (0, 3), (0, 1), (1, 2), (0, 0)));
        Assert.Equal((2.5 + 2) / 6, metrics.AreaUnderRocCurve, Digits);
    }

    [Fact]
    public void Rows_without_finite_score_or_label_are_dropped()
    {
        var view = Scored.View(_ml, (1, float.NaN), (1, float.PositiveInfinity), (float.NaN, 5), (1, 2), (0, 1), (0, 0));
        Assert.Equal(1, _ml.AnomalyDetection.Evaluate(view).AreaUnderRocCurve);
    }

    [Fact]
    public void One_class_is_refused()
    {
        Read.Throws<ArgumentOutOfRangeException>("AUC is not defined when there is no positive class in the data", () => _ml.AnomalyDetection.Evaluate(Scored.View(_ml, (0, 1), (0, 2))));
        Read.Throws<ArgumentOutOfRangeException>("AUC is not defined when there is no negative class in the data", () => _ml.AnomalyDetection.Evaluate(Scored.View(_ml, (1, 1), (1, 2))));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.AnomalyDetection.Evaluate(Scored.View(_ml)));
    }

    [Fact]
    public void Label_is_single_or_key_and_score_is_single()
    {
        var view = Scored.View(_ml, (1, 2), (0, 1));
        var label = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.AnomalyDetection.Evaluate(view, labelColumnName: "PredictedLabel"));
        Assert.Equal("Schema mismatch for label column 'PredictedLabel': expected Single or a Key with cardinality 2, got Boolean (Parameter 'schema')", label.Message);
        Read.Throws<ArgumentOutOfRangeException>("Schema mismatch for score column 'PredictedLabel': expected Single, got Boolean", () => _ml.AnomalyDetection.Evaluate(view, scoreColumnName: "PredictedLabel"));
        Read.Throws<ArgumentOutOfRangeException>("Nope column 'Label' not found", () => _ml.AnomalyDetection.Evaluate(view, labelColumnName: "Nope"));
        Read.Throws<ArgumentOutOfRangeException>("Nope column 'PredictedLabel' not found", () => _ml.AnomalyDetection.Evaluate(view, predictedLabelColumnName: "Nope"));
    }

    [Fact]
    public void Binary_labels_may_be_truth_values()
    {
        var view = _ml.Data.LoadFromEnumerable(Row.Make(8));
        var scored = _ml.Transforms.CopyColumns("Score", "A").Append(_ml.Transforms.CopyColumns("PredictedLabel", "Flag")).Fit(view).Transform(view);
        Assert.Equal(6 / 16d, _ml.BinaryClassification.EvaluateNonCalibrated(scored, "Flag").AreaUnderRocCurve, Digits);
    }

    [Fact]
    public void Cross_validation_fits_each_fold()
    {
        var rows = Enumerable.Range(0, 200).Select(i => new Scored { Label = i % 4 == 0 ? 1 : 0, Score = i }).ToList();
        var data = _ml.Data.LoadFromEnumerable(rows);
        var folds = _ml.BinaryClassification.CrossValidateNonCalibrated(data, _ml.Transforms.NormalizeMinMax("Score"), 4);
        Assert.Equal(4, folds.Count);
        Assert.All(folds, f => Assert.InRange(f.Metrics.AreaUnderRocCurve, 0.2, 0.8));
        Assert.Equal(200, folds.Sum(f => f.ScoredHoldOutSet.GetColumn<float>("Score").Count()));
    }
}
