using Spectre.Console;

namespace Microsoft.ML.Vae.Tool;

/// <summary>Tells how a detector did on rows that it was not trained on: metrics with intervals, the promise of its calibration, the most anomalous rows with reasons.</summary>
internal sealed class Judgement(IAnsiConsole console, DetectorFile detector, ScoredRows rows)
{
    private readonly AnomalyModel _model = detector.Model;

    public void Print()
    {
        if (rows.IsLabelled) PrintMetrics(rows.Metrics);
        else console.Out($"{rows.Scores.Count} test rows without labels, {rows.Decisions.Count(d => d)} flagged at threshold {_model.Threshold:G5}, {rows.Scores.Count(float.IsNaN)} without a score");
        if (rows.Labels.Contains(false)) PrintFalseAlarms();
        console.Out(_model.Isometry.Verdict);
        PrintTop(new Explainer(_model));
    }

    /// <summary>The last line, for scripts.</summary>
    public string Result(double seconds) => rows.IsLabelled
        ? $"RESULT auroc={rows.Metrics.AreaUnderRocCurve:F4} ap={rows.Metrics.AveragePrecision:F4} f1_at_count={rows.Metrics.F1AtCount:F4} false_alarm_rate={rows.FalseAlarmRate:F4} seconds={seconds:F1}"
        : $"RESULT rows={rows.Scores.Count} flagged={rows.Decisions.Count(d => d)} seconds={seconds:F1}";

    // What was promised follows from the threshold, however it was chosen; calibration rows with anomalies among them promise nothing.
    private void PrintFalseAlarms()
    {
        double rate = rows.FalseAlarmRate;
        var settings = detector.Provenance.Settings;
        int n = _model.Calibration.Scores.Count;
        if (!detector.PromisesRate)
        {
            console.Out($"false alarms: {rate:F4} of normal rows; the calibration rows hold anomalies (contamination {settings.Contamination}), which promises no rate");
            return;
        }
        var (low, high) = PromisedRate.Of(n, rows.Labels.Count(l => !l), PromisedRate.Of(_model.Calibration, _model.Threshold));
        string asked = settings.Confidence is { } confidence ? $"at most {settings.FalseAlarmRate} with confidence {confidence}" : $"{settings.FalseAlarmRate}";
        console.Out($"false alarms: {rate:F4} of normal rows, asked for {asked}; calibration on {n} rows promises {low:F3} to {high:F3} in 95 % of cases: {(low <= rate && rate <= high ? "kept" : "missed")}");
    }

    private void PrintMetrics(DetectionMetrics metrics)
    {
        var intervals = BootstrapInterval.Of(rows.Scores, rows.Labels, [m => m.AreaUnderRocCurve, m => m.AveragePrecision]);
        var (auroc, precision) = (intervals[0], intervals[1]);
        console.Out($"{metrics.Normals} normal test rows and {metrics.Anomalies} anomalies, {metrics.Dropped} rows without a score");
        console.Out($"AUROC {metrics.AreaUnderRocCurve:F4} (95 % interval {auroc.Low:F3} to {auroc.High:F3}), average precision {metrics.AveragePrecision:F4} ({precision.Low:F3} to {precision.High:F3})");
        console.Out($"flagged at threshold {_model.Threshold:G5}: precision {metrics.Precision:F3}, recall {metrics.Recall:F3}, F1 {metrics.F1:F3}; F1 at the true count {metrics.F1AtCount:F3}");
    }

    private void PrintTop(Explainer explainer)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("test row", "score", "p-value", "truth", "reasons (share of the score)");
        foreach (var row in rows.Top)
            table.AddRow(row.Position.ToString(), $"{row.Score:G5}", $"{row.PValue:G2}", !rows.IsLabelled ? "" : row.IsAnomaly ? "anomaly" : "normal", Markup.Escape(string.Join("; ", explainer.Explain(row.Features))));
        console.Write(table);
    }
}
