namespace Microsoft.ML.Vae.Report;

/// <summary>Scores and threshold.</summary>
internal static class ScoreSection
{
    // Of a chart on the page: two or three stand side by side on a wide screen, one on a telephone.
    public const int Width = 400, Height = 290;

    public static void Write(HtmlWriter html, ReportData data)
    {
        var scores = data.Scores;
        html.Add($"<section aria-labelledby=\"scores\"><h2 id=\"scores\">Scores and threshold</h2>");
        html.Add($"<p>A score says in nats how unlike a row is to the normal rows that the model knows: the higher, the more anomalous. The axis is logarithmic. Rows to the right of the dashed threshold are flagged.</p><div class=\"charts\">");
        html.Add(DetectorCharts.ScoreHistogram(scores.Edges, scores.Normal, scores.Anomalous, scores.Threshold) with { Width = Width, Height = Height });
        html.Add(Tail(scores));
        html.Add($"</div></section>");
    }

    // How many rows another threshold would flag.
    private static Chart Tail(ScoreSummary scores)
    {
        double total = Math.Max(1, scores.Normal.Sum() + scores.Anomalous.Sum()), above = 0;
        var share = new double[scores.Normal.Count];
        for (int b = share.Length - 1; b >= 0; b--) share[b] = (above += scores.Normal[b] + scores.Anomalous[b]) / total;
        var marks = new List<Mark> { new LineMark([.. scores.Edges.Take(share.Length)], [.. share.Select(s => 100 * s)]) };
        if (float.IsFinite(scores.Threshold)) marks.Add(new RuleMark(Math.Max(scores.Threshold, DetectorCharts.LeastScore), "threshold"));
        return new Chart
        {
            Title = "Rows above a score",
            Description = FormattableString.Invariant($"Share of all rows that score at least so high, falling from 100 % at {scores.Edges[0]:G3} nats to {100 * share[^1]:G2} % at {scores.Edges[^2]:G3}."),
            X = new Axis("score, nats") { Scale = AxisScale.Logarithmic },
            Y = new Axis("share of rows, %") { Scale = AxisScale.Logarithmic },
            Marks = marks,
            Width = Width,
            Height = Height,
        };
    }
}
