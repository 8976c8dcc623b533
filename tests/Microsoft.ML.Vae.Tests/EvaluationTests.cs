namespace Microsoft.ML.Vae.Tests;

/// <summary>EvaluateDetection on scorers that are not ours.</summary>
public sealed class EvaluationTests
{
    private readonly MLContext _ml = new(1);

    private sealed class Scored
    {
        public float Score { get; set; }

        public bool Label { get; set; }

        public float LabelSingle { get; set; }

        public bool PredictedLabel { get; set; }

        public string Class { get; set; } = "";

        public double Wide { get; set; }
    }

    [Fact]
    public void Foreign_scores_are_judged_and_dropped_rows_counted()
    {
        var metrics = _ml.AnomalyDetection.EvaluateDetection(View((1f, false), (2f, true), (3f, false), (4f, true), (float.NaN, true)));
        Assert.Equal((0.75, 2, 2, 1), (metrics.AreaUnderRocCurve, metrics.Anomalies, metrics.Normals, metrics.Dropped));
        Assert.Equal((1.0, 0.5, 0.0), (metrics.Precision, metrics.Recall, metrics.FalseAlarmRate));
    }

    [Fact]
    public void Without_decisions_only_the_ranking_is_judged()
    {
        var metrics = _ml.AnomalyDetection.EvaluateDetection(View((1f, false), (2f, true)), predictedLabelColumnName: null);
        Assert.Equal(1, metrics.AreaUnderRocCurve);
        Assert.True(double.IsNaN(metrics.Precision) && double.IsNaN(metrics.FalseAlarmRate));
    }

    [Fact]
    public void Decisions_of_another_type_are_refused_and_absent_ones_are_not_judged()
    {
        var view = View((1f, false), (2f, true));
        Assert.Contains("decision column 'Wide': expected Boolean", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.AnomalyDetection.EvaluateDetection(view, predictedLabelColumnName: "Wide")).Message, StringComparison.Ordinal);
        Assert.True(double.IsNaN(_ml.AnomalyDetection.EvaluateDetection(view, predictedLabelColumnName: "None").Precision));
    }

    [Fact]
    public void Labels_may_be_boolean_single_or_key()
    {
        var view = View((1f, false), (3f, true), (2f, false), (4f, true));
        var keyed = _ml.Transforms.Conversion.MapValueToKey("Key", "Class").Fit(view).Transform(view);
        foreach (string label in new[] { "Label", "LabelSingle", "Key" }) Assert.Equal(1, _ml.AnomalyDetection.EvaluateDetection(keyed, label).AreaUnderRocCurve);
    }

    [Fact]
    public void A_row_without_a_label_is_dropped()
    {
        var rows = new[] { (1f, 0f), (2f, 1f), (3f, float.NaN) }.Select(p => new Scored { Score = p.Item1, LabelSingle = p.Item2 });
        var metrics = _ml.AnomalyDetection.EvaluateDetection(_ml.Data.LoadFromEnumerable(rows), "LabelSingle");
        Assert.Equal((1.0, 1), (metrics.AreaUnderRocCurve, metrics.Dropped));
    }

    [Fact]
    public void Without_any_label_the_labels_are_named_not_the_scores()
    {
        var rows = new[] { 1f, 2f }.Select(score => new Scored { Score = score, LabelSingle = float.NaN });
        var error = Assert.Throws<InvalidOperationException>(() => _ml.AnomalyDetection.EvaluateDetection(_ml.Data.LoadFromEnumerable(rows), "LabelSingle"));
        Assert.StartsWith("Label column 'LabelSingle': all 2 labels are missing.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_bootstrap_reads_the_same_columns()
    {
        var (scores, labels, decisions) = DetectionEvaluation.Read(Fitted.Model("AllInOne").Transform(Fitted.Data));
        var interval = BootstrapInterval.Of(scores, labels, m => m.AreaUnderRocCurve, samples: 50);
        double auroc = DetectionMetrics.Compute(scores, labels, decisions).AreaUnderRocCurve;
        Assert.True(interval.Low <= auroc && auroc <= interval.High && interval.Low > 0.5);
    }

    [Theory]
    [InlineData("Nothing", "Score", "Could not find label column 'Nothing'")]
    [InlineData("Label", "Nothing", "Could not find score column 'Nothing'")]
    [InlineData("Label", "Wide", "Schema mismatch for score column 'Wide': expected Single, got Double")]
    [InlineData("Class", "Score", "Schema mismatch for label column 'Class': expected Boolean, Single or Key<UInt32>, got String")]
    public void Wrong_columns_are_named(string label, string score, string message)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>("data", () => _ml.AnomalyDetection.EvaluateDetection(View((1f, false), (2f, true)), label, score));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_class_alone_cannot_be_judged()
    {
        var error = Assert.Throws<InvalidOperationException>(() => _ml.AnomalyDetection.EvaluateDetection(View((1f, false), (2f, false))));
        Assert.Contains("0 anomalies and 2 normal rows", error.Message, StringComparison.Ordinal);
    }

    private IDataView View(params (float Score, bool Label)[] rows) => _ml.Data.LoadFromEnumerable(rows.Select(r => new Scored
    {
        Score = r.Score,
        Label = r.Label,
        LabelSingle = r.Label ? 1 : 0,
        PredictedLabel = r.Score > 3.5f,
        Class = r.Label ? "anomaly" : "normal",
    }));
}
