using Microsoft.ML.Vae.Geometry.Tests.Support;

namespace Microsoft.ML.Vae.Geometry.Tests;

public class BrownianMotionTests
{
    // Two thousand paths: four standard errors of their mean.
    private const int Paths = 2000;

    [Fact]
    public void Spreads_on_the_half_plane_as_its_generator_says()
    {
        // On the half-plane log y has drift −t/2 and variance t: the coordinate drift of y is zero, and so is its expected change.
        const double Time = 0.3;
        double[] logs = [.. Enumerable.Range(0, Paths).Select(seed =>
            Math.Log(BrownianMotion.Simulate(new HalfPlane(), [0, 1], Time, seed, new BrownianOptions { Steps = 100 }).Points[^1]))];
        double mean = logs.Average(), variance = logs.Average(x => (x - mean) * (x - mean));
        Assert.Equal(-Time / 2, mean, 4 * Math.Sqrt(Time / Paths));
        Assert.Equal(Time, variance, 4 * Time * Math.Sqrt(2.0 / Paths));
    }

    [Fact]
    public void Without_drift_coordinates_have_no_expected_change_and_with_it_they_do()
    {
        // In polar coordinates of the plane the drift of the radius is 1/(2r).
        var polar = new PullbackMetric(new Polar());
        const double Time = 0.04;
        double Mean(bool drift) => Enumerable.Range(0, Paths).Average(seed =>
            BrownianMotion.Simulate(polar, [1, 0], Time, seed, new BrownianOptions { Steps = 20, Drift = drift }).Points[^2]);
        Assert.Equal(1, Mean(false), 4 * Math.Sqrt(Time / Paths));
        // E|z| of a Gaussian around (1, 0): 1 + t/2 + O(t²).
        Assert.Equal(1 + (Time / 2), Mean(true), 4 * Math.Sqrt(Time / Paths));
    }

    [Fact]
    public void The_same_seed_gives_the_same_path_and_a_singular_metric_ends_it()
    {
        var metric = new PullbackMetric(GeodesicOracle.Load.Network);
        Assert.Equal(BrownianMotion.Simulate(metric, [0, 0], 0.1, 5).Points, BrownianMotion.Simulate(metric, [0, 0], 0.1, 5).Points);
        Assert.NotEqual(BrownianMotion.Simulate(metric, [0, 0], 0.1, 5).Points, BrownianMotion.Simulate(metric, [0, 0], 0.1, 6).Points);
        BrownianPath stuck = BrownianMotion.Simulate(new PullbackMetric(TanhNetwork.Random(1, 0, 2, 3, 4)), [0, 0], 1, 1);
        Assert.Equal(GeodesicStatus.SingularMetric, stuck.Status);
        Assert.Equal(2, stuck.Points.Length);
    }

    [Fact]
    public void Stays_near_data_where_the_decoder_is_uncertain_elsewhere()
    {
        (PullbackMetric stacked, double[] codes, TanhNetwork mean) = RbfScaleTests.RingDecoder();
        double Distance(PullbackMetric metric) => Enumerable.Range(0, 20).Average(seed =>
        {
            double[] points = BrownianMotion.Simulate(metric, [1, 0], 2, seed, new BrownianOptions { Steps = 500 }).Points;
            return points.Chunk(2).Average(z => codes.Chunk(2).Min(c => double.Hypot(z[0] - c[0], z[1] - c[1])));
        });
        double near = Distance(stacked), free = Distance(new PullbackMetric(mean));
        Assert.True(near < 0.5 * free, $"mean distance to the data {near} with the decoder's uncertainty, {free} without");
    }

    [Fact]
    public void The_heat_kernel_is_a_gaussian_in_a_flat_space_and_integrates_to_one()
    {
        var solver = new GeodesicSolver(new PullbackMetric(Surface.Plane));
        var kernel = new HeatKernel(solver, [0.2, -0.1], 0.05);
        double distance = solver.Connect([0.2, -0.1], [0.3, 0.1]).Length;
        Assert.Equal(-Math.Log(2 * Math.PI * 0.05) - (distance * distance / 0.1), kernel.LogDensity([0.3, 0.1], out GeodesicStatus status), 1e-9);
        Assert.Equal(GeodesicStatus.Converged, status);
        HeatKernelMass mass = kernel.Normalisation([-0.8, -1.6], [1.2, 1.4], 40);
        Assert.True(mass.Converged);
        Close.Relative(1, mass.Value, 1e-3);
    }

    [Fact]
    public void On_a_curved_surface_its_integral_approaches_one_as_time_goes_to_zero()
    {
        double Excess(double time, double reach) =>
            Math.Abs(new HeatKernel(new GeodesicSolver(new PullbackMetric(Surface.Sphere)), [0.4, 0], time)
                .Normalisation([0.4 - reach, -1.2 * reach], [0.4 + reach, 1.2 * reach], 24).Value - 1);
        double late = Excess(0.04, 1.0), early = Excess(0.01, 0.5);
        Assert.InRange(late, 1e-4, 0.1);
        // Proportional to the time, up to higher orders.
        Assert.InRange(late / early, 2.5, 6);
    }

    [Fact]
    public void A_kernel_needs_a_regular_metric_at_its_mean() =>
        Assert.Throws<ArgumentException>(() => new HeatKernel(new GeodesicSolver(new PullbackMetric(TanhNetwork.Random(1, 0, 2, 3, 4))), [0, 0], 1));

    private sealed class Polar : IImmersion
    {
        public int LatentDimension => 2;

        public int AmbientDimension => 2;

        public void Evaluate(ReadOnlySpan<double> z, Span<double> point) => (point[0], point[1]) = (z[0] * Math.Cos(z[1]), z[0] * Math.Sin(z[1]));

        public void Jacobian(ReadOnlySpan<double> z, Span<double> jacobian) =>
            new double[] { Math.Cos(z[1]), -z[0] * Math.Sin(z[1]), Math.Sin(z[1]), z[0] * Math.Cos(z[1]) }.CopyTo(jacobian);
    }
}
