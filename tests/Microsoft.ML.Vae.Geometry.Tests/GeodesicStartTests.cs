namespace Microsoft.ML.Vae.Geometry.Tests;

/// <summary>Between two sides of a hill: where a search starts decides which geodesic it finds.</summary>
public class GeodesicStartTests
{
    [Fact]
    public void Many_starts_find_the_way_around_a_hill()
    {
        // A narrow hill between the points: the straight start crosses it, a bent one goes round.
        double[] a = [-1, 0], b = [1, 0];
        var metric = new PullbackMetric(new Hill());
        double one = new GeodesicSolver(metric).Connect(a, b).Length;
        double many = new GeodesicSolver(metric, new GeodesicOptions { ExtraStarts = 8 }).Connect(a, b).Length;
        Assert.True(many < 0.95 * one, $"{many} against {one}");
    }

    [Fact]
    public void A_graph_of_points_leads_around_a_hill()
    {
        double[] ring = [.. Enumerable.Range(0, 40).SelectMany(i => new[] { Math.Cos(i * Math.PI / 20), Math.Sin(i * Math.PI / 20) })];
        var metric = new PullbackMetric(new Hill());
        var graph = new GraphInitializer(metric, ring, neighbours: 4);
        double one = new GeodesicSolver(metric).Connect([-1, 0], [1, 0]).Length;
        Geodesic guided = new GeodesicSolver(metric, graph: graph).Connect([-1, 0], [1, 0]).EnsureConverged();
        Assert.True(guided.Length < 0.95 * one, $"{guided.Length} against {one}");
        Assert.InRange(CurveLength.Of(metric, graph.Path([-1, 0], [1, 0])!).Value, guided.Length, 1.5 * guided.Length);
    }

    [Fact]
    public void A_graph_that_does_not_connect_two_points_has_no_path_and_the_straight_line_serves()
    {
        // Two islands, too far apart for one neighbour each.
        double[] islands = [-1, 0, -1.1, 0, 1, 0, 1.1, 0];
        var metric = new PullbackMetric(new Hill());
        var graph = new GraphInitializer(metric, islands, neighbours: 1);
        Assert.Null(graph.Path([-1, 0], [1, 0]));
        Assert.NotNull(graph.Path([-1.05, 0], [-1, 0.1]));
        double alone = new GeodesicSolver(metric).Connect([-1, 0], [1, 0]).Length;
        Assert.Equal(alone, new GeodesicSolver(metric, new GeodesicOptions { StraightStart = false }, graph).Connect([-1, 0], [1, 0]).Length);
    }

    [Fact]
    public void Without_the_straight_start_a_solver_keeps_to_the_graphs_side_of_a_hill()
    {
        // The lower half of a circle, where above would be as short.
        double[] arc = [.. Enumerable.Range(0, 20).SelectMany(i => new[] { Math.Cos(Math.PI * (1 + (i / 19.0))), Math.Sin(Math.PI * (1 + (i / 19.0))) })];
        var metric = new PullbackMetric(new Hill());
        var solver = new GeodesicSolver(metric, new GeodesicOptions { StraightStart = false }, new GraphInitializer(metric, arc));
        Assert.True(solver.Connect([-1, 0], [1, 0]).EnsureConverged().Curve.Evaluate(0.5)[1] < -0.2);
    }

    /// <summary>A bump narrower than the coarse mesh: lengths of meshes disagree until the last.</summary>
    [Fact]
    public void What_is_reported_was_measured_on_the_curve_that_is_returned()
    {
        var metric = new PullbackMetric(new Bump());
        Geodesic geodesic = new GeodesicSolver(metric, new GeodesicOptions { MaxSegments = 16 }).Connect([0, 0], [1, 0]);
        Assert.NotEqual(GeodesicStatus.Converged, geodesic.Status);
        Assert.Equal(CurveMeasure.Of(metric, geodesic.Curve), geodesic.Measure);
    }

    // Half as high as wide, .02, beside the middle.
    private sealed class Bump : IImmersion
    {
        private const double Width = 0.02, Centre = 0.44;

        public int LatentDimension => 2;

        public int AmbientDimension => 3;

        public void Evaluate(ReadOnlySpan<double> z, Span<double> point) => (point[0], point[1], point[2]) = (z[0], z[1], Height(z));

        public void Jacobian(ReadOnlySpan<double> z, Span<double> jacobian)
        {
            double slope = -Height(z) / (Width * Width);
            new double[] { 1, 0, 0, 1, slope * (z[0] - Centre), slope * z[1] }.CopyTo(jacobian);
        }

        private static double Height(ReadOnlySpan<double> z) => 0.5 * Width * Math.Exp(-(((z[0] - Centre) * (z[0] - Centre)) + (z[1] * z[1])) / (2 * Width * Width));
    }

    /// <summary>The graph of 3 exp(−8‖z‖²).</summary>
    private sealed class Hill : IImmersion
    {
        public int LatentDimension => 2;

        public int AmbientDimension => 3;

        public void Evaluate(ReadOnlySpan<double> z, Span<double> point) => (point[0], point[1], point[2]) = (z[0], z[1], Height(z));

        public void Jacobian(ReadOnlySpan<double> z, Span<double> jacobian) =>
            new double[] { 1, 0, 0, 1, -16 * z[0] * Height(z), -16 * z[1] * Height(z) }.CopyTo(jacobian);

        private static double Height(ReadOnlySpan<double> z) => 3 * Math.Exp(-8 * ((z[0] * z[0]) + (z[1] * z[1])));
    }
}
