using Microsoft.ML.Vae.Geometry.Tests.Support;

namespace Microsoft.ML.Vae.Geometry.Tests;

public class StatisticsTests
{
    private const double RoundOff = 1e-12;

    [Fact]
    public void Frechet_mean_of_points_around_the_pole_of_a_circle_of_symmetry_is_its_centre()
    {
        // Symmetric about (0, 0) on the sphere: the mean is there, although the Euclidean mean of a lopsided chart is not.
        double[] points = [0.5, 0, -0.5, 0, 0, 0.5, 0, -0.5];
        var mean = FrechetMean.Of(Solver(Surface.Sphere), points, new FrechetMeanOptions { RelativeTolerance = 1e-6 });
        Assert.True(mean.Converged);
        Close.All([0, 0], mean.Point, 1e-5);
        Close.Relative(0.25, mean.Variance, 1e-6);
    }

    [Fact]
    public void Frechet_mean_differs_from_the_euclidean_one_and_has_less_variance()
    {
        double[] points = [1.2, 0, 1.2, 2, 0.2, 1];
        GeodesicSolver solver = Solver(Surface.Sphere);
        var mean = FrechetMean.Of(solver, points, new FrechetMeanOptions { RelativeTolerance = 1e-5 });
        Assert.True(mean.Converged);
        double Variance(double[] at) => Enumerable.Range(0, 3).Average(i => Math.Pow(Surface.SphereDistance(at, points[(2 * i)..((2 * i) + 2)]), 2));
        Close.Relative(Variance(mean.Point), mean.Variance, 1e-5);
        Assert.True(mean.Variance < Variance([2.6 / 3, 1]));
        foreach (double[] step in (double[][])[[1e-3, 0], [-1e-3, 0], [0, 1e-3], [0, -1e-3]])
            Assert.True(mean.Variance < Variance([mean.Point[0] + step[0], mean.Point[1] + step[1]]));
    }

    [Fact]
    public void Frechet_mean_does_not_depend_on_threads_and_says_when_it_stops_early()
    {
        double[] points = [1.2, 0, 1.2, 2, 0.2, 1];
        GeodesicSolver solver = Solver(Surface.Sphere);
        Assert.Equal(FrechetMean.Of(solver, points, maxThreads: 1).Point, FrechetMean.Of(solver, points, maxThreads: 4).Point);
        var early = FrechetMean.Of(solver, points, new FrechetMeanOptions { MaxIterations = 1, RelativeTolerance = 1e-9 });
        Assert.Equal(GeodesicStatus.IterationLimit, early.Status);
    }

    [Fact]
    public void Distance_matrix_is_symmetric_and_agrees_with_single_geodesics()
    {
        double[] points = [0.1, 0, 0.6, 1, -0.3, 0.8];
        var distances = GeodesicDistances.Within(Solver(Surface.Sphere), points);
        Assert.Equal(0, distances.NotConverged);
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                Assert.Equal(Surface.SphereDistance(points[(2 * i)..((2 * i) + 2)], points[(2 * j)..((2 * j) + 2)]), distances.Values[(3 * i) + j], 1e-6);
                Assert.Equal(distances.Values[(3 * i) + j], distances.Values[(3 * j) + i]);
            }
        }
        double[] between = GeodesicDistances.Between(Solver(Surface.Sphere), points, points.AsSpan(0, 2)).Values;
        for (int i = 1; i < 3; i++) Assert.Equal(distances.Values[3 * i], between[i], 1e-9);
    }

    [Fact]
    public void Clusters_follow_the_surface_and_not_the_chart()
    {
        // Two groups near the pole on opposite sides of the date line, and one far from it.
        double[] points = [1.45, 0.1, 1.45, 3.0, 1.4, 1.5, 0.1, 0.1, 0.0, 0.0, 0.1, -0.1];
        var clusters = GeodesicKMeans.Fit(Solver(Surface.Sphere), points, 2);
        Assert.True(clusters.Converged);
        Assert.Equal(clusters.Labels[0], clusters.Labels[1]);
        Assert.Equal(clusters.Labels[0], clusters.Labels[2]);
        Assert.NotEqual(clusters.Labels[0], clusters.Labels[3]);
        Assert.True(clusters.Inertia < 0.2);
    }

    [Fact]
    public void Euclidean_clusters_are_found_and_reproducible()
    {
        var random = new Random(3);
        double[] points = [.. Enumerable.Range(0, 300).SelectMany(i => new[] { (i % 3 * 5) + random.NextDouble(), (i % 3 * -4) + random.NextDouble() })];
        var clusters = KMeans.Fit(points, 2, 3);
        Assert.True(clusters.Converged);
        for (int i = 3; i < 300; i++) Assert.Equal(clusters.Labels[i % 3], clusters.Labels[i]);
        Assert.InRange(clusters.Inertia / 300, 1.0 / 8, 1.0 / 5);
        Assert.Equal(clusters.Centres, KMeans.Fit(points, 2, 3).Centres);
        Assert.Throws<ArgumentOutOfRangeException>(() => KMeans.Fit(points, 2, 301));
        Assert.Throws<ArgumentException>(() => KMeans.Fit(points.AsSpan(1), 2, 3));
    }

    [Fact]
    public void Interpolation_has_constant_speed_on_a_curve_that_has_not()
    {
        var metric = new PullbackMetric(Surface.Paraboloid);
        var line = LatentCurve.Line([0, 0], [2, 0]);
        double[] points = new ArcLength(metric, line, intervals: 4096).Points(9);
        double Arc(double x) => (x / 2 * Math.Sqrt(1 + (4 * x * x))) + (Math.Asinh(2 * x) / 4);
        for (int i = 0; i < 9; i++) Assert.Equal(Arc(2) * i / 8, Arc(points[2 * i]), 1e-5);
        Close.Relative(Arc(2), CurveLength.Of(metric, line).Value, 1e-6);
    }

    [Fact]
    public void Splines_pass_through_their_points_and_are_smooth()
    {
        double[] points = [0, 0, 1, 2, 3, 1, 4, 4];
        var spline = LatentCurve.Spline(points, 2);
        for (int i = 0; i < 4; i++) Close.All(points.AsSpan(2 * i, 2), spline.Evaluate(spline.Knots[i]), RoundOff);
        double[] before = new double[2], after = new double[2];
        for (int k = 1; k < 3; k++)
        {
            spline.Acceleration(spline.Knots[k] - 1e-9, before);
            spline.Acceleration(spline.Knots[k], after);
            Close.All(before, after, 1e-5);
        }
        spline.Acceleration(0, before);
        Close.All([0, 0], before, 1e-9);
        Assert.Throws<ArgumentException>(() => LatentCurve.Spline([1, 1, 1, 1], 2));
    }

    private static GeodesicSolver Solver(IImmersion immersion) => new(new PullbackMetric(immersion), new GeodesicOptions { RelativeTolerance = 1e-6 });
}
