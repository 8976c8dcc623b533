using Microsoft.ML.Vae.Report;

namespace Experiments;

/// <summary>A chart of two latents: codes, geodesics and straight lines over the magnification of a metric.</summary>
internal static class LatentPlaneMap
{
    private const int Cells = 80;

    /// <param name="metric">Whose magnification is shown.</param>
    /// <param name="codes">[n, 2].</param>
    /// <param name="curves">Points along each geodesic, [k, 2].</param>
    /// <param name="title">Above the chart.</param>
    /// <param name="margin">Of the codes' range, left around them.</param>
    /// <param name="paths">Other paths, [k, 2], by the name of their kind, which the legend has once.</param>
    public static Chart Of(IRiemannianMetric metric, double[] codes, IEnumerable<double[]> curves, string title, double margin = 0, params IReadOnlyList<(string Name, double[][] Paths)> paths)
    {
        var (x, y) = (Column(codes, 0), Column(codes, 1));
        double roomX = margin * (x.Max() - x.Min()), roomY = margin * (y.Max() - y.Min());
        double[] low = [x.Min() - roomX, y.Min() - roomY], high = [x.Max() + roomX, y.Max() + roomY];
        return new Chart
        {
            Title = title,
            Description = paths.Count == 0 ? "Geodesics and straight lines between codes on the plane of the two latents." : "Paths among codes on the plane of the two latents.",
            Width = 560,
            IsEqual = true,
            X = new Axis("z₁") { Low = low[0], High = high[0], IsRounded = false },
            Y = new Axis("z₂") { Low = low[1], High = high[1], IsRounded = false },
            Marks =
            [
                new FieldMark(Cells, Cells, low, high, new ValueColours("½ ln det G", MagnificationMap.Of(metric, low, high, Cells, Cells).LogMagnification)), new PointMark(x, y) { Radius = 0.8, Colour = 6, Name = "codes" },
                .. curves.SelectMany((c, i) => new Mark[]
                {
                    new LineMark([c[0], c[^2]], [c[1], c[^1]]) { Colour = 5, IsDashed = true, Thickness = 1, Name = i == 0 ? "straight line" : null },
                    new LineMark(Column(c, 0), Column(c, 1)) { Colour = 1, Name = i == 0 ? "geodesic" : null },
                }),
                .. paths.SelectMany((kind, k) => kind.Paths.Select((p, i) => new LineMark(Column(p, 0), Column(p, 1)) { Colour = 1 + (2 * k), Thickness = 1, Name = i == 0 ? kind.Name : null })),
            ],
        };
    }

    /// <summary>Whether a curve stays within the range of the codes in both latents.</summary>
    public static bool IsInside(double[] curve, double[] codes) => Enumerable.Range(0, 2).All(j =>
    {
        double[] at = Column(codes, j), along = Column(curve, j);
        return along.Min() >= at.Min() && along.Max() <= at.Max();
    });

    private static double[] Column(double[] points, int column) => [.. points.Where((_, i) => i % 2 == column)];
}
