using Microsoft.ML.Vae.Geometry.Tests.Support;

namespace Microsoft.ML.Vae.Geometry.Tests;

public class CurvatureTests
{
    // Differences of differences: stated as near 1e-6.
    private const double DifferenceError = 1e-5;

    [Fact]
    public void Known_surfaces_have_their_curvature()
    {
        double ring = Surface.TorusMajor + (Surface.TorusMinor * Math.Cos(0.8)), bowl = 1 + (4 * (0.09 + 0.04));
        Expect(1, new PullbackMetric(Surface.Sphere), [0.3, 1.2]);
        Expect(0, new PullbackMetric(Surface.Plane), [0.3, 1.2]);
        Expect(-1, new HalfPlane(), [0.4, 1.3]);
        Expect(Math.Cos(0.8) / (Surface.TorusMinor * ring), new PullbackMetric(Surface.Torus), [0.8, 2]);
        Expect(4 / (bowl * bowl), new PullbackMetric(Surface.Paraboloid), [0.3, 0.2]);
    }

    [Fact]
    public void A_singular_metric_and_another_dimension_are_told_apart()
    {
        var constant = new PullbackMetric(TanhNetwork.Random(1, 0, 2, 3, 4));
        Assert.False(GaussianCurvature.TryEvaluate(constant, [0, 0], out double curvature));
        Assert.Equal(0, curvature);
        var solid = new PullbackMetric(TanhNetwork.Random(1, 1, 3, 3, 4));
        Assert.Throws<ArgumentException>(() => GaussianCurvature.TryEvaluate(solid, [0, 0, 0], out _));
    }

    [Fact]
    public void Christoffel_symbols_by_differences_equal_the_exact_ones()
    {
        TanhNetwork network = GeodesicOracle.Load.Network;
        double[] z = [0.3, -0.5], u = [1, 0.4], v = [-0.2, 0.7], exact = new double[2], differences = new double[2];
        Assert.True(new PullbackMetric(network).TryChristoffel(z, u, v, exact));
        Assert.True(((IRiemannianMetric)new EvaluatedOnly(new PullbackMetric(network))).TryChristoffel(z, u, v, differences));
        Close.All(exact, differences, 1e-7);
    }

    [Fact]
    public void A_weighted_metric_is_the_pullback_of_the_weighted_space()
    {
        // Cross-entropy: 1/(2x(1 − x)); the substitution φ = arcsin √x makes it √2 dφ.
        AmbientWeight weight = (x, w) =>
        {
            for (int i = 0; i < x.Length; i++) w[i] = 1 / (2 * x[i] * (1 - x[i]));
        };
        var solver = new GeodesicSolver(new WeightedPullbackMetric(new Linear([1, 0, 0, 1]), weight), new GeodesicOptions { RelativeTolerance = 1e-7 });
        Geodesic geodesic = solver.Connect([0.1, 0.3], [0.8, 0.6]).EnsureConverged();
        double first = Math.Asin(Math.Sqrt(0.8)) - Math.Asin(Math.Sqrt(0.1)), second = Math.Asin(Math.Sqrt(0.6)) - Math.Asin(Math.Sqrt(0.3));
        Close.Relative(Math.Sqrt(2) * double.Hypot(first, second), geodesic.Length, 1e-6);
    }

    [Fact]
    public void The_magnification_map_integrates_to_the_area()
    {
        var metric = new PullbackMetric(Surface.Sphere);
        var map = MagnificationMap.Of(metric, [0, 0], [1, 2], 60, 50);
        Close.Relative(2 * Math.Sin(1), map.Volume, 1e-4);
        Assert.Equal(metric.LogDeterminant([0.5 / 60, 1.0 / 50]) / 2, map.LogMagnification[0], 1e-12);
    }

    private static void Expect(double expected, IRiemannianMetric metric, double[] point)
    {
        Assert.True(GaussianCurvature.TryEvaluate(metric, point, out double curvature));
        Assert.Equal(expected, curvature, DifferenceError);
    }
}
