namespace Microsoft.ML.Vae.Report;

/// <summary>How well anomalies were found, where labels tell.</summary>
internal static class EvaluationSection
{
    public static void Write(HtmlWriter html, ReportData data)
    {
        if (data.Evaluation is not { } evaluation) return;
        html.Add($"<section aria-labelledby=\"evaluation\"><h2 id=\"evaluation\">Against the labels</h2>");
        html.Add($"<p>{Say.Count(evaluation.Anomalies)} rows are labelled anomalous, {Say.Count(evaluation.Normals)} normal. Intervals hold what other rows of the same kind would give in 95 % of cases (bootstrap).</p>");
        html.Table("Detection metrics", ["metric", "#value", "#95 % interval", "what it is"],
        [
            Line("AUROC", evaluation.AreaUnderRocCurve, "chance that an anomaly scores above a normal row"),
            Line("average precision", evaluation.AveragePrecision, "precision, averaged over recalls"),
            Line("F1", evaluation.F1, "of the decisions: harmonic mean of the next two"),
            Line("precision", evaluation.Precision, "share of flagged rows that are anomalies"),
            Line("recall", evaluation.Recall, "share of anomalies that are flagged"),
        ]);
        html.Add($"<div class=\"charts\">");
        html.Add(Roc(evaluation));
        html.Add(PrecisionRecall(evaluation));
        html.Add($"</div></section>");
    }

    private static object[] Line(string name, Measured figure, string meaning) => [name, Say.Share(figure.Value), Say.Interval(figure.Low, figure.High), meaning];

    private static Chart Roc(EvaluationSummary evaluation) => new()
    {
        Title = "ROC curve",
        Description = FormattableString.Invariant($"Recall against false-alarm rate along the ranking; the area below is {evaluation.AreaUnderRocCurve.Value:F3}."),
        Width = ScoreSection.Width,
        Height = ScoreSection.Height + 40,
        X = new Axis("false-alarm rate") { Low = 0, High = 1 },
        Y = new Axis("recall") { Low = 0, High = 1 },
        Marks = [new LineMark([0, 1], [0, 1]) { Name = "by chance", Colour = 6, IsDashed = true }, new LineMark([.. evaluation.Roc.Select(p => p.FalseAlarmRate)], [.. evaluation.Roc.Select(p => p.Recall)]) { Name = "this detector" }],
    };

    private static Chart PrecisionRecall(EvaluationSummary evaluation)
    {
        double rate = evaluation.Anomalies / (double)(evaluation.Anomalies + evaluation.Normals);
        return new Chart
        {
            Title = "Precision and recall",
            Description = FormattableString.Invariant($"Precision against recall along the ranking; average precision {evaluation.AveragePrecision.Value:F3}, by chance {rate:G3}."),
            Width = ScoreSection.Width,
            Height = ScoreSection.Height + 40,
            X = new Axis("recall") { Low = 0, High = 1 },
            Y = new Axis("precision") { Low = 0, High = 1 },
            Marks = [new LineMark([0, 1], [rate, rate]) { Name = "by chance", Colour = 6, IsDashed = true }, new LineMark([.. evaluation.PrecisionRecall.Select(p => p.Recall)], [.. evaluation.PrecisionRecall.Select(p => p.Precision)]) { Name = "this detector" }],
        };
    }
}
