using Microsoft.ML;
using Microsoft.ML.Vae.Core;
using Microsoft.ML.Vae.Report;
using Spectre.Console;

/// <summary>Tells the result: metrics, decisions, top anomalies with reasons, files.</summary>
internal sealed class Report(IAnsiConsole console, double falseAlarmRate)
{
    public void Print(Experiment experiment, DirectoryInfo directory, Func<IDataView> test, TablePlan plan)
    {
        var detector = Detector.Last(experiment.Model);
        var rows = experiment.Rows;
        if (rows.IsLabelled) PrintMetrics(rows, rows.Metrics, detector.Threshold);
        else Console.WriteLine($"{rows.Scores.Count} test rows without labels, {rows.Decisions.Count(d => d)} flagged at threshold {detector.Threshold:G5}, {rows.Scores.Count(float.IsNaN)} without a score");
        var (promise, rate) = (PromisedRate.Of(detector.Model.Calibration.Scores.Count, rows.Labels.Count(l => !l), falseAlarmRate), rows.FalseAlarmRate);
        Console.WriteLine($"false alarms: {rate:F4} of normal rows, asked for {falseAlarmRate}; calibration on {detector.Model.Calibration.Scores.Count} rows promises {promise.Low:F3} to {promise.High:F3} in 95 % of cases: {(promise.Low <= rate && rate <= promise.High ? "kept" : "missed")}");
        Console.WriteLine(detector.Model.Isometry.Verdict);
        PrintTop(rows, new Explainer(detector.Model));
        if (experiment.History.Count > 0) Save(experiment, directory, test, plan);
    }

    private static void PrintMetrics(ScoredRows rows, DetectionMetrics metrics, float threshold)
    {
        var auroc = BootstrapInterval.Of(rows.Scores, rows.Labels, m => m.AreaUnderRocCurve);
        var precision = BootstrapInterval.Of(rows.Scores, rows.Labels, m => m.AveragePrecision);
        Console.WriteLine($"{metrics.Normals} normal test rows and {metrics.Anomalies} anomalies, {metrics.Dropped} rows without a score");
        Console.WriteLine($"AUROC {metrics.AreaUnderRocCurve:F4} (95 % interval {auroc.Low:F3} to {auroc.High:F3}), average precision {metrics.AveragePrecision:F4} ({precision.Low:F3} to {precision.High:F3})");
        Console.WriteLine($"flagged at threshold {threshold:G5}: precision {metrics.Precision:F3}, recall {metrics.Recall:F3}, F1 {metrics.F1:F3}; F1 at the true count {metrics.F1AtCount:F3}");
    }

    private void PrintTop(ScoredRows rows, Explainer explainer)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("test row", "score", "p-value", "truth", "reasons (share of the score)");
        foreach (var row in rows.Top)
            table.AddRow(row.Position.ToString(), $"{row.Score:G5}", $"{row.PValue:G2}", !rows.IsLabelled ? "" : row.IsAnomaly ? "anomaly" : "normal", Markup.Escape(string.Join("; ", explainer.Explain(row.Features))));
        console.Write(table);
    }

    // Saved whole or not at all, then loaded as another program would, and compared to the bit.
    private void Save(Experiment experiment, DirectoryInfo directory, Func<IDataView> test, TablePlan plan)
    {
        directory.Create();
        string path = Path.Combine(directory.FullName, "model.zip");
        experiment.Ml.Model.SaveAtomically(experiment.Model, experiment.InputSchema, path);
        var reloaded = ScoredRows.Read(new MLContext().Model.LoadChecked(path, out _).Transform(test()), 0);
        if (!reloaded.Scores.SequenceEqual(experiment.Rows.Scores)) throw new InvalidDataException("The reloaded model scores differently.");
        plan.Save(Path.Combine(directory.FullName, "table.json"));
        var detector = Detector.Last(experiment.Model);
        DetectorCharts.LearningCurve(experiment.History).Save(Path.Combine(directory.FullName, "learning-curve.svg"));
        DetectorCharts.ScoreHistogram(experiment.Rows.Scores, experiment.Rows.Labels, detector.Threshold).Save(Path.Combine(directory.FullName, "scores.svg"));
        Console.WriteLine($"saved and reloaded with equal scores: {path}; beside it table.json (how columns are read) and the pictures learning-curve.svg, scores.svg");
    }
}
