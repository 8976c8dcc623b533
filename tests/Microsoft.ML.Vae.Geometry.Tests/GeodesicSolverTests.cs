using Microsoft.ML.Vae.Geometry.Tests.Support;

namespace Microsoft.ML.Vae.Geometry.Tests;

public class GeodesicSolverTests
{
    // What the library promises for smooth surfaces.
    private const double Promise = 1e-6;

    private static readonly GeodesicOptions Fine = new() { RelativeTolerance = 1e-7 };

    [Theory]
    [InlineData(1, double.PositiveInfinity)]
    [InlineData(1, double.NaN)]
    [InlineData(double.PositiveInfinity, 1)]
    public void A_length_that_is_not_finite_has_an_infinite_error(double coarse, double fine) =>
        Assert.Equal(double.PositiveInfinity, GeodesicCertificate.LengthError(coarse, fine));

    [Fact]
    public void Length_agrees_with_scipys_boundary_value_solver()
    {
        foreach ((IImmersion immersion, ConnectCase c) in GeodesicOracle.Load.Connections)
        {
            Geodesic geodesic = new GeodesicSolver(new PullbackMetric(immersion), Fine).Connect(c.Start, c.End).EnsureConverged();
            Close.Relative(c.Length, geodesic.Length, Promise);
            Close.Relative(c.Straight, geodesic.StraightLength, Promise);
            // The curve itself is a first-order smaller quantity than its length.
            Close.All(c.Middle, geodesic.Curve.Evaluate(0.5), 1e-4);
        }
    }

    [Fact]
    public void Distances_on_the_sphere_the_half_plane_and_the_plane_are_exact()
    {
        double[] p = [0.2, 0.1], q = [0.9, 1.9];
        Close.Relative(Surface.SphereDistance(p, q), Solve(new PullbackMetric(Surface.Sphere), p, q).Length, Promise);
        double[] a = [0, 1], b = [2, 0.5];
        Close.Relative(HalfPlane.Distance(a, b), Solve(new HalfPlane(), a, b).Length, Promise);
        Geodesic flat = Solve(new PullbackMetric(Surface.Plane), p, q);
        Close.Relative(flat.StraightLength, flat.Length, 1e-12);
        Assert.InRange(flat.Measure.Residual, 0, Promise);
    }

    [Fact]
    public void Follows_meridian_and_equator_of_the_torus()
    {
        var metric = new PullbackMetric(Surface.Torus);
        Close.Relative(1.5 * Surface.TorusMinor, Solve(metric, [-0.5, 1], [1, 1]).Length, Promise);
        Close.Relative(0.8 * (Surface.TorusMajor + Surface.TorusMinor), Solve(metric, [0, 0], [0, 0.8]).Length, Promise);
    }

    [Fact]
    public void Length_converges_with_sixth_order_and_the_residual_with_at_least_second()
    {
        double[] p = [0.2, 0.1], q = [0.9, 1.9], steps = [1 / 8.0, 1 / 16.0, 1 / 32.0];
        List<double> errors = [], residuals = [];
        foreach (double step in steps)
        {
            int segments = (int)(1 / step);
            var options = new GeodesicOptions { InitialSegments = segments, MaxSegments = segments, RelativeTolerance = 1e-12 };
            Geodesic geodesic = new GeodesicSolver(new PullbackMetric(Surface.Sphere), options).Connect(p, q);
            errors.Add((geodesic.Length / Surface.SphereDistance(p, q)) - 1);
            residuals.Add(geodesic.Measure.Residual);
        }
        Assert.InRange(Close.Order(steps, errors), 5.5, 6.5);
        Assert.InRange(Close.Order(steps, residuals), 1.9, 3.2);
    }

    [Fact]
    public void Speed_is_constant_and_the_energy_is_half_the_squared_length()
    {
        Geodesic geodesic = Solve(new PullbackMetric(GeodesicOracle.Load.Network), [-1, -1], [1, 0.5]);
        Assert.InRange(geodesic.Measure.SpeedVariation, 0, 1e-3);
        Close.Relative(0.5 * geodesic.Length * geodesic.Length, geodesic.Measure.Energy, Promise);
    }

    [Fact]
    public void Distance_is_symmetric_and_obeys_the_triangle_inequality()
    {
        var metric = new PullbackMetric(GeodesicOracle.Load.Network);
        double[] a = [-1, 0.3], b = [0.7, 1], c = [0.2, -1.2];
        double ab = Solve(metric, a, b).Length, bc = Solve(metric, b, c).Length, ac = Solve(metric, a, c).Length;
        Close.Relative(ab, Solve(metric, b, a).Length, Promise);
        Assert.True(ac <= ab + bc);
    }

    [Fact]
    public void Length_does_not_depend_on_the_coordinates()
    {
        TanhNetwork network = GeodesicOracle.Load.Network;
        var twisted = new Reparameterised(network);
        foreach (ConnectCase c in GeodesicOracle.Load.Decoder)
        {
            double direct = Solve(new PullbackMetric(network), c.Start, c.End).Length;
            double other = Solve(new PullbackMetric(twisted), twisted.Inverse(c.Start), twisted.Inverse(c.End)).Length;
            Close.Relative(direct, other, Promise);
        }
    }

    [Fact]
    public void Differences_serve_where_second_derivatives_are_not_offered()
    {
        ConnectCase c = GeodesicOracle.Load.Decoder[2];
        var metric = new PullbackMetric(new FirstOrderOnly(GeodesicOracle.Load.Network));
        Close.Relative(c.Length, Solve(metric, c.Start, c.End).Length, Promise);
    }

    [Fact]
    public void Coincident_points_are_at_distance_zero()
    {
        Geodesic geodesic = Solve(new PullbackMetric(GeodesicOracle.Load.Network), [0.1, 0.2], [0.1, 0.2]);
        Assert.Equal(0, geodesic.Length);
        Assert.Equal(0, geodesic.Measure.SpeedVariation);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(5, 40)]
    [InlineData(20, 60)]
    [InlineData(2, 3000)]
    public void Converges_in_other_dimensions(int d, int ambient)
    {
        var metric = new PullbackMetric(TanhNetwork.Random(11, 1.3, d, 24, ambient));
        double[] a = [.. Enumerable.Range(0, d).Select(i => Math.Sin(i))], b = [.. Enumerable.Range(0, d).Select(i => Math.Cos(2 * i))];
        Geodesic geodesic = new GeodesicSolver(metric).Connect(a, b).EnsureConverged();
        Assert.True(geodesic.Length <= geodesic.StraightLength * (1 + Promise));
    }

    [Fact]
    public void Failure_is_a_status_with_a_reason_and_never_a_nan()
    {
        var network = GeodesicOracle.Load.Network;
        Geodesic[] failures =
        [
            new GeodesicSolver(new PullbackMetric(TanhNetwork.Random(1, 0, 2, 3, 4))).Connect([0, 0], [1, 1]),
            new GeodesicSolver(new PullbackMetric(network)).Connect([1e6, 0], [-1e6, 3]),
            new GeodesicSolver(new PullbackMetric(new Broken())).Connect([0, 0], [1, 1]),
            new GeodesicSolver(new PullbackMetric(network), new GeodesicOptions { MaxIterations = 1, RelativeTolerance = 1e-12 }).Connect([-1, -1], [1, 1]),
            new GeodesicSolver(new PullbackMetric(network), new GeodesicOptions { MaxSegments = 4 }).Connect([-1, -1], [1, 1]),
        ];
        foreach (Geodesic failure in failures)
        {
            Assert.False(failure.Converged);
            Assert.False(double.IsNaN(failure.Length + failure.Measure.Energy + failure.StraightLength + failure.LengthError));
            Assert.False(double.IsNaN(failure.Measure.Residual) || double.IsNaN(failure.Measure.SpeedVariation));
            Assert.Equal(failure.Reason, Assert.Throws<InvalidOperationException>(failure.EnsureConverged).Message);
        }
        Assert.Equal(GeodesicStatus.NotFinite, failures[2].Status);
        Assert.Equal(GeodesicStatus.IterationLimit, failures[3].Status);
        Assert.Equal(GeodesicStatus.MeshLimit, failures[4].Status);
    }

    [Fact]
    public void Misuse_throws()
    {
        var solver = new GeodesicSolver(new PullbackMetric(Surface.Sphere));
        Assert.Throws<ArgumentException>(() => solver.Connect([0], [1, 1]));
        Assert.Throws<ArgumentException>(() => solver.Connect([0, double.NaN], [1, 1]));
        Assert.Throws<ArgumentException>(() => solver.Connect(LatentCurve.Line([0], [1])));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GeodesicSolver(solver.Metric, new GeodesicOptions { RelativeTolerance = 0 }));
    }

    [Fact]
    public void Results_do_not_depend_on_the_number_of_threads()
    {
        var solver = new GeodesicSolver(new PullbackMetric(GeodesicOracle.Load.Network), new GeodesicOptions { ExtraStarts = 2 });
        (double[], double[])[] pairs = [.. GeodesicOracle.Load.Decoder.Select(c => (c.Start, c.End))];
        Geodesic[] one = solver.ConnectAll(pairs, maxThreads: 1), four = solver.ConnectAll(pairs, maxThreads: 4);
        for (int i = 0; i < pairs.Length; i++)
        {
            Assert.Equal(BitConverter.DoubleToInt64Bits(one[i].Length), BitConverter.DoubleToInt64Bits(four[i].Length));
            Assert.Equal(one[i].Curve.Evaluate(0.3), four[i].Curve.Evaluate(0.3));
        }
    }

    private static Geodesic Solve(IRiemannianMetric metric, double[] a, double[] b) =>
        new GeodesicSolver(metric, Fine).Connect(a, b).EnsureConverged();

    /// <summary>f ∘ φ for the diffeomorphism φ(u, v) = (u + 0.3 sin v, v + 0.2 u²), which no linear map undoes.</summary>
    private sealed class Reparameterised(IImmersion inner) : IImmersion
    {
        public int LatentDimension => 2;

        public int AmbientDimension => inner.AmbientDimension;

        public double[] Inverse(double[] z)
        {
            double u = z[0], v = z[1];
            // The map is a contraction's distance from the identity: iterate.
            for (int i = 0; i < 200; i++) (u, v) = (z[0] - (0.3 * Math.Sin(v)), z[1] - (0.2 * u * u));
            return [u, v];
        }

        public void Evaluate(ReadOnlySpan<double> latent, Span<double> point) => inner.Evaluate(Map(latent), point);

        public void Jacobian(ReadOnlySpan<double> latent, Span<double> jacobian)
        {
            inner.Jacobian(Map(latent), jacobian);
            for (int i = 0; i < AmbientDimension; i++)
            {
                double x = jacobian[2 * i], y = jacobian[(2 * i) + 1];
                jacobian[2 * i] = x + (y * 0.4 * latent[0]);
                jacobian[(2 * i) + 1] = (x * 0.3 * Math.Cos(latent[1])) + y;
            }
        }

        private static double[] Map(ReadOnlySpan<double> z) => [z[0] + (0.3 * Math.Sin(z[1])), z[1] + (0.2 * z[0] * z[0])];
    }
}
