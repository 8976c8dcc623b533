namespace Microsoft.ML.Vae.Report;

/// <summary>The plane of the two most important latents.</summary>
internal static class MapSection
{
    // Nats below the greatest density: farther out there is nobody.
    private const double DensityDepth = 12, Clipped = 0.01;

    public static void Write(HtmlWriter html, ReportData data)
    {
        if (data.Map is not { } map) return;
        string others = map.Others.Count == 0 ? "" : $" {Say.MoreLatents(map.Others.Count)}; held at the mean here.";
        html.Add($"<section aria-labelledby=\"map\"><h2 id=\"map\">Map of the latents</h2>");
        html.Add($"<p>Where rows lie in the plane of the two most important latents, z{map.First} and z{map.Second}: a draw of {Say.Count(map.X.Count)} rows.{others}{(map.Note.Length > 0 ? $" {map.Note}" : "")}</p><div class=\"charts\">");
        html.Add(Plane(map, "Codes by score", $"Codes of {map.X.Count} rows in the plane of z{map.First} and z{map.Second}, coloured by score.",
            new PointMark(map.X, map.Y) { Radius = 2, Values = new ValueColours("score, nats", [.. map.Scores.Select(s => Math.Max(s, DetectorCharts.LeastScore))]) { Scale = AxisScale.Logarithmic, Low = Math.Max(PlaneFit.Quantile([.. map.Scores], Clipped), DetectorCharts.LeastScore) } }));
        double densest = map.LogDensity.Where(double.IsFinite).DefaultIfEmpty(0).Max();
        html.Add(Plane(map, "Density of codes", "Logarithm of the density of codes, by Gaussian kernels.",
            new FieldMark(map.Cells, map.Cells, map.Low, map.High, new ValueColours("ln density", [.. map.LogDensity.Select(d => Math.Max(d, densest - DensityDepth))]) { Low = densest - DensityDepth, High = densest })));
        double[] magnification = [.. map.LogMagnification.Where(double.IsFinite)];
        if (magnification.Length > 0)
            html.Add(Plane(map, "Magnification", "Logarithm of the factor by which the decoder magnifies areas of the plane; grey dots are rows.",
                new FieldMark(map.Cells, map.Cells, map.Low, map.High, new ValueColours("ln √det G", map.LogMagnification) { Low = PlaneFit.Quantile(magnification, Clipped), High = PlaneFit.Quantile(magnification, 1 - Clipped) }),
                new PointMark(map.X, map.Y) { Radius = 0.8, Colour = 6, Opacity = 0.5 }));
        html.Add($"</div></section>");
    }

    private static Chart Plane(LatentPlane map, string title, string description, params IReadOnlyList<Mark> marks) => new()
    {
        Title = title,
        Description = description,
        Width = ScoreSection.Width,
        Height = ScoreSection.Width - 40,
        Marks = marks,
        X = new Axis($"z{map.First}") { Low = map.Low[0], High = map.High[0] },
        Y = new Axis($"z{map.Second}") { Low = map.Low[1], High = map.High[1] },
    };
}
