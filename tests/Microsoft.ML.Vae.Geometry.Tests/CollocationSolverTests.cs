using Microsoft.ML.Vae.Geometry.Tests.Support;

namespace Microsoft.ML.Vae.Geometry.Tests;

public class CollocationSolverTests
{
    private const double Promise = 1e-6;

    [Fact]
    public void Agrees_with_scipy_and_with_the_energy_solver()
    {
        foreach ((IImmersion immersion, ConnectCase c) in GeodesicOracle.Load.Connections)
        {
            var metric = new PullbackMetric(immersion);
            Geodesic minimum = new GeodesicSolver(metric).Connect(c.Start, c.End);
            Geodesic geodesic = new CollocationSolver(metric, new GeodesicOptions { RelativeTolerance = 1e-7 }).Connect(minimum.Curve).EnsureConverged();
            Close.Relative(c.Length, geodesic.Length, Promise);
            Close.All(c.Middle, geodesic.Curve.Evaluate(0.5), 1e-5);
            Close.All(c.Velocity, geodesic.Curve.Velocity(0), 1e-4);
            // The equation holds at the points where it is measured.
            Assert.InRange(geodesic.Measure.Residual, 0, Promise);
        }
    }

    [Fact]
    public void Is_of_fourth_order_on_the_half_plane()
    {
        double[] a = [0, 1], b = [2, 0.5], steps = [1 / 8.0, 1 / 16.0, 1 / 32.0];
        // Both points lie on a circle around a point of the axis; by symmetry of speed the middle is at equal distances.
        double[] errors = [.. steps.Select(step =>
        {
            int segments = (int)(1 / step);
            var options = new GeodesicOptions { InitialSegments = segments, MaxSegments = segments, RelativeTolerance = 1e-9 };
            double[] middle = new CollocationSolver(new HalfPlane(), options).Connect(LatentCurve.Line(a, b)).Curve.Evaluate(0.5);
            return Math.Abs(HalfPlane.Distance(a, middle) - (HalfPlane.Distance(a, b) / 2));
        })];
        Assert.InRange(Close.Order(steps, errors), 3.7, 4.3);
    }

    [Fact]
    public void Finds_the_long_way_round_a_sphere_where_the_energy_has_no_minimum()
    {
        // Along the equator by 4 radians: a geodesic, beyond its conjugate point.
        var bent = LatentCurve.Bezier([0, 0], [0.02, 2], [0, 4]);
        Geodesic geodesic = new CollocationSolver(new PullbackMetric(Surface.Sphere)).Connect(bent).EnsureConverged();
        Close.Relative(4, geodesic.Length, Promise);
    }

    [Fact]
    public void A_singular_metric_is_a_status()
    {
        var metric = new PullbackMetric(TanhNetwork.Random(1, 0, 2, 3, 4));
        Geodesic failure = new CollocationSolver(metric).Connect(LatentCurve.Line([0, 0], [1, 1]));
        Assert.Equal(GeodesicStatus.SingularMetric, failure.Status);
        Assert.False(double.IsNaN(failure.Length + failure.Measure.Residual));
    }
}
