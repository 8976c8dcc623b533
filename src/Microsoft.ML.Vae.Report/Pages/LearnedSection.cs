namespace Microsoft.ML.Vae.Report;

/// <summary>What the model learned.</summary>
internal static class LearnedSection
{
    private const int ShownBars = 12, MostCurvePoints = 300;

    public static void Write(HtmlWriter html, ReportData data)
    {
        var learned = data.Learned;
        html.Add($"<section aria-labelledby=\"learned\"><h2 id=\"learned\">What the model learned</h2>");
        html.Add($"<p>{learned.Verdict}</p><p>{Say.Count(learned.Parameters)} weights, {Say.Name(learned.Likelihood)} likelihood over {Say.Count(learned.Features)} features; {(learned.KnownRows == 0 ? "no row is remembered" : $"{Say.Count(learned.KnownRows)} known rows are remembered")}.</p>");
        html.Add($"<div class=\"charts\">");
        html.Add(Importances(learned));
        if (data.History.Count > 0) html.Add(DetectorCharts.LearningCurve(Thinned(data.History)) with { Width = ScoreSection.Width, Height = ScoreSection.Height });
        html.Add($"</div>");
        html.Table("Latents in use, most important first", ["latent", "#share of variance", "#norm (1 expected)", "#cosine (0 expected)"],
            learned.Latents.Where(l => l.IsActive).Take(ColumnSection.Shown).Select(l => (IReadOnlyList<object>)[$"z{l.Index}", Say.Percent(l.Share), Say.Number(Math.Round(l.NormRatio, 3)), Say.Number(Math.Round(l.Cosine, 3))]));
        if (learned.Latents.Count(l => !l.IsActive) is > 0 and var collapsed) html.Add($"<p>{collapsed} of {learned.Latents.Count} latents are collapsed: they carry nothing.</p>");
        html.Add($"<details><summary>Networks</summary><p class=\"break\">{learned.Network}</p></details></section>");
    }

    private static RankedBars Importances(LearnedSummary learned)
    {
        LatentSummary[] shown = [.. learned.Latents.Where(l => l.IsActive).Take(ShownBars)];
        return new RankedBars
        {
            Title = "Importance of latents",
            Unit = $"share of the variance, %{(learned.Latents.Count(l => l.IsActive) > ShownBars ? $" (the first {ShownBars})" : "")}",
            Format = "0.0",
            Width = ScoreSection.Width,
            Description = shown.Length == 0 ? "No latent carries information." : "Shares of the variance: " + string.Join(", ", shown.Select(l => $"z{l.Index} {Say.Percent(l.Share)}")) + ".",
            Bars = [.. shown.Select(l => new RankedBar($"z{l.Index}", 100 * l.Share))],
        };
    }

    private static Core.TrainingProgress[] Thinned(IReadOnlyList<Core.TrainingProgress> history)
    {
        int step = (history.Count + MostCurvePoints - 1) / MostCurvePoints;
        return [.. history.Where((h, i) => i % step == 0 || i == history.Count - 1)];
    }
}
