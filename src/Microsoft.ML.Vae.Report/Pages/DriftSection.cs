namespace Microsoft.ML.Vae.Report;

/// <summary>Columns that are no longer what they were.</summary>
internal static class DriftSection
{
    private const int ShownBars = 12;

    public static void Write(HtmlWriter html, ReportData data)
    {
        if (data.Drift.Count == 0) return;
        int moved = data.Drift.Count(d => d.HasMoved);
        html.Add($"<section aria-labelledby=\"drift\"><h2 id=\"drift\">Columns that moved</h2>");
        html.Add($"<p>{moved} of {data.Drift.Count} columns differ from the earlier rows by more than chance (Kolmogorov and Smirnov's test, corrected for the number of columns: one report in a hundred names one that did not move). The distance is the largest difference of the two distribution functions{(data.IsLabelled ? "; rows labelled anomalous are left out" : "; anomalies among the rows count as change")}.</p>");
        html.Add($"<div class=\"charts\">");
        html.Add(new RankedBars
        {
            Title = "Distance by column",
            Width = ScoreSection.Width,
            Unit = "Kolmogorov–Smirnov distance, 0 to 1; vermilion: more than chance",
            Format = "0.00",
            Description = "The columns that differ most from the earlier rows: " + string.Join(", ", data.Drift.Take(ShownBars).Select(d => FormattableString.Invariant($"{Say.Name(d.Column)} {d.Distance:F2}"))) + ".",
            Bars = [.. data.Drift.Take(ShownBars).Select(d => new RankedBar(d.Column, d.Distance) { Colour = d.HasMoved ? 1 : 0 })],
        });
        html.Add($"</div>");
        html.Table("Columns, before and now", ["column", "#distance", "#p", "#mean before", "#mean now", "#shift, deviations", "moved"], data.Drift.Take(ColumnSection.Shown).Select(Line));
        ColumnSection.More(html, data.Drift.Count);
        html.Add($"</section>");
    }

    private static IReadOnlyList<object> Line(ColumnShift shift) =>
        [Say.Name(shift.Feature), shift.Distance.ToString("F2", System.Globalization.CultureInfo.InvariantCulture), shift.PValue < 1e-4 ? "< 0.0001" : Say.Number(Math.Round(shift.PValue, 4)), Say.Number(shift.Before), Say.Number(shift.Now), Say.Number(Math.Round(shift.Shift, 2)), shift.HasMoved ? "yes" : "no"];
}
