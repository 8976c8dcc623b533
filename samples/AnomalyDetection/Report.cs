using Microsoft.ML;
using Microsoft.ML.Vae.Core;
using Spectre.Console;

/// <summary>Tells the result: metrics, decisions, top anomalies with reasons, files.</summary>
internal sealed class Report(IAnsiConsole console, double falseAlarmRate)
{
    public void Print(Experiment experiment, DirectoryInfo directory, Func<string, IDataView> load, string testPath)
    {
        var detector = Detector.Last(experiment.Model);
        var (rows, metrics) = (experiment.Rows, experiment.Rows.Metrics);
        var auroc = BootstrapInterval.Of(rows.Scores, rows.Labels, m => m.AreaUnderRocCurve);
        var precision = BootstrapInterval.Of(rows.Scores, rows.Labels, m => m.AveragePrecision);
        Console.WriteLine($"{metrics.Normals} normal test rows and {metrics.Anomalies} anomalies, {metrics.Dropped} rows without a score");
        Console.WriteLine($"AUROC {metrics.AreaUnderRocCurve:F4} (95 % interval {auroc.Low:F3} to {auroc.High:F3}), average precision {metrics.AveragePrecision:F4} ({precision.Low:F3} to {precision.High:F3})");
        Console.WriteLine($"flagged at threshold {detector.Threshold:G5}: precision {metrics.Precision:F3}, recall {metrics.Recall:F3}, F1 {metrics.F1:F3}; F1 at the true count {metrics.F1AtCount:F3}");
        var promise = PromisedRate.Of(detector.Model.Calibration.Scores.Count, metrics.Normals, falseAlarmRate);
        Console.WriteLine($"false alarms: {metrics.FalseAlarmRate:F4} of normal rows, asked for {falseAlarmRate}; calibration on {detector.Model.Calibration.Scores.Count} rows promises {promise.Low:F3} to {promise.High:F3} in 95 % of cases: {(promise.Low <= metrics.FalseAlarmRate && metrics.FalseAlarmRate <= promise.High ? "kept" : "missed")}");
        Console.WriteLine(detector.Model.Isometry.Verdict);
        PrintTop(rows, detector.Model.Vae.FeatureNames);
        if (experiment.History.Count > 0) Save(experiment, directory, load, testPath);
    }

    private void PrintTop(ScoredRows rows, IReadOnlyList<string> names)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("test row", "score", "p-value", "truth", "reasons (share of the score)");
        foreach (var row in rows.Top)
            table.AddRow(row.Position.ToString(), $"{row.Score:G5}", $"{row.PValue:G2}", row.IsAnomaly ? "anomaly" : "normal", Markup.Escape(row.Reasons(names, 3)));
        console.Write(table);
    }

    // Saved whole or not at all, then loaded as another program would, and compared to the bit.
    private void Save(Experiment experiment, DirectoryInfo directory, Func<string, IDataView> load, string testPath)
    {
        directory.Create();
        string path = Path.Combine(directory.FullName, "model.zip");
        experiment.Ml.Model.SaveAtomically(experiment.Model, experiment.InputSchema, path);
        var reloaded = ScoredRows.Read(new MLContext().Model.LoadChecked(path, out _).Transform(load(testPath)), 0);
        if (!reloaded.Scores.SequenceEqual(experiment.Rows.Scores)) throw new InvalidDataException("The reloaded model scores differently.");
        var detector = Detector.Last(experiment.Model);
        File.WriteAllText(Path.Combine(directory.FullName, "learning-curve.svg"), Charts.LearningCurve(experiment.History));
        File.WriteAllText(Path.Combine(directory.FullName, "scores.svg"), Charts.ScoreHistogram(experiment.Rows.Scores, experiment.Rows.Labels, detector.Threshold));
        Console.WriteLine($"saved and reloaded with equal scores: {path}; pictures beside it: learning-curve.svg, scores.svg");
    }
}
