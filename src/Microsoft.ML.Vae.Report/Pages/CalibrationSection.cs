namespace Microsoft.ML.Vae.Report;

/// <summary>What was promised of false alarms, and what was kept.</summary>
internal static class CalibrationSection
{
    public static void Write(HtmlWriter html, ReportData data)
    {
        var calibration = data.Calibration;
        string who = data.IsLabelled ? "rows labelled normal" : "all rows, which are taken for normal here: anomalies among them raise the share";
        html.Add($"<section aria-labelledby=\"calibration\"><h2 id=\"calibration\">Calibration</h2>");
        if (!calibration.IsPromise)
        {
            html.Add($"<p>{Say.Count(calibration.Rows)} held-out rows set the threshold, anomalies among them: it lies above all but {Say.Percent(calibration.Promised, 2)} of rows like those, and promises nothing of normal ones. Here {Say.Percent(calibration.Kept, 2)} of {Say.Count(calibration.Normals)} rows are flagged ({who}).</p></section>");
            return;
        }
        html.Add($"<p>{Say.Count(calibration.Rows)} held-out normal rows set the threshold. It promises false alarms on {Say.Percent(calibration.Promised, 2)} of new normal rows in the mean over such calibrations, and with 95 % confidence on at most {Say.Percent(calibration.Bound, 2)} in this one.</p>");
        if (calibration.Normals > 0)
            html.Add($"<p>Here {Say.Percent(calibration.Kept, 2)} of {Say.Count(calibration.Normals)} rows are flagged ({who}). If the promise holds, 95 % of such reports show {Say.Percent(calibration.Low, 2)} to {Say.Percent(calibration.High, 2)}: <strong>{(calibration.IsKept ? "kept" : "not kept")}</strong>.</p>");
        if (calibration.Reliability.Count > 0 && calibration.Normals > 0)
        {
            double[] rates = [.. calibration.Reliability.Select(k => k.Rate)];
            html.Add($"<div class=\"charts\">");
            html.Add(DetectorCharts.Reliability(rates, [.. calibration.Reliability.Select(k => k.Share)], [.. calibration.Reliability.Select(k => k.Low)], [.. calibration.Reliability.Select(k => k.High)])
                with
            { Width = ScoreSection.Width, Height = ScoreSection.Height + 60 });
            html.Table("Promised and kept rates", ["#promised", "#kept", "#lower end", "#upper end", "within"],
                calibration.Reliability.Select(k => (IReadOnlyList<object>)[Say.Percent(k.Rate, 2), Say.Percent(k.Share, 2), Say.Percent(k.Low, 2), Say.Percent(k.High, 2), k.Share >= k.Low && k.Share <= k.High ? "yes" : "no"]));
            html.Add($"</div>");
        }
        html.Add($"</section>");
    }
}
