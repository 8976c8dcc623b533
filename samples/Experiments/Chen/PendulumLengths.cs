using Microsoft.ML.Vae.Report;

namespace Experiments.Chen;

/// <summary>Geodesics of one metric of the pendulum's plane.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Lambda">λ_s over the median squared eigenvalue.</param>
/// <param name="Study">Of the pairs.</param>
/// <param name="Manifolds">Lengths of the paths of noise-free images between the same pairs.</param>
internal sealed record PendulumLengths(string Metric, double Lambda, CurveStudy Study, double[] Manifolds)
{
    /// <summary>Paths along the data over straight lines, of the pairs whose geodesic converged; NaN if none did.</summary>
    public double ManifoldRatio => Study.SettledMean(Manifolds) / Study.SettledMean(Study.Lines);

    public static string Table(IEnumerable<PendulumLengths> found) => ResultsPage.Table(["metric", "pairs", "geodesic", "line", "manifold path", "ratio", "on the ring", "lines on the ring", "converged", "ms"], found.Select(f => (string[])
    [
        f.Metric, $"{f.Study.Lengths.Length}", ReportRow.Text(f.Study.Lengths.Average()), ReportRow.Text(f.Study.Lines.Average()), ReportRow.Text(f.Manifolds.Average()), ReportRow.Text(f.Study.Ratio), ReportRow.Text(f.Study.Near),
        ReportRow.Text(f.Study.LinesNear), ReportRow.Text(f.Study.Converged), ReportRow.Text(f.Study.Milliseconds, "0.#"),
    ]));

    /// <summary>Ratios against the smoothing, of geodesics that converged.</summary>
    public static Chart Chart(PendulumLengths[] alone, PendulumLengths[] kept) => new()
    {
        Title = "Lengths against smoothing",
        Description = "Kept to the codes, geodesics are as long as the path along the data, and ever shorter beside the line as smoothing grows; in the decoder's metric alone few converge.",
        X = new Axis("λ_s over the median squared eigenvalue") { Scale = AxisScale.Logarithmic, Marks = [.. alone.Select(s => (Place(s), ReportRow.Text(s.Lambda)))] },
        Y = new Axis("length over the straight line's") { Low = 0 },
        Marks = [.. Lines(alone, "decoder alone", 0, 5), .. Lines(kept, "kept to the codes", 1, 4)],
    };

    // No smoothing has its place left of the least.
    private static double Place(PendulumLengths lengths) => Math.Max(lengths.Lambda, 1e-3);

    private static IEnumerable<Mark> Lines(PendulumLengths[] sweep, string name, int colour, int pathColour)
    {
        double[] x = [.. sweep.Select(Place)];
        yield return new BandMark(x, [.. sweep.Select(s => s.Study.Ratio - s.Study.RatioError)], [.. sweep.Select(s => s.Study.Ratio + s.Study.RatioError)]) { Colour = colour };
        yield return new LineMark(x, [.. sweep.Select(s => s.Study.Ratio)]) { Name = $"geodesic, {name}", Colour = colour };
        yield return new LineMark(x, [.. sweep.Select(s => s.ManifoldRatio)]) { Name = $"path along the data, {name}", Colour = pathColour, IsDashed = true };
    }
}
