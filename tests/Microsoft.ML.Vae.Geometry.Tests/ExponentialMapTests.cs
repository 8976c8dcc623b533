using Microsoft.ML.Vae.Geometry.Tests.Support;

namespace Microsoft.ML.Vae.Geometry.Tests;

public class ExponentialMapTests
{
    // What the library promises; the options ask for a hundredth of it.
    private const double Promise = 1e-6;

    [Fact]
    public void Agrees_with_scipys_initial_value_solver()
    {
        foreach ((IImmersion immersion, FlowCase c) in GeodesicOracle.Load.Flows)
        {
            GeodesicFlow flow = new ExponentialMap(new PullbackMetric(immersion)).Follow(c.Point, c.Velocity);
            Assert.True(flow.Converged);
            Close.All(c.End, flow.End, Promise);
            Close.All(c.EndVelocity, flow.EndVelocity, 10 * Promise);
            Assert.InRange(flow.SpeedDrift, 0, Promise);
        }
    }

    [Fact]
    public void Follows_great_circles_and_half_circles()
    {
        GeodesicFlow circle = new ExponentialMap(new PullbackMetric(Surface.Sphere)).Follow([0, 0], [0.5, 0.5]);
        double length = Math.Sqrt(0.5);
        Close.All([Math.Asin(Math.Sin(length) * Math.Sqrt(0.5)), Math.Atan(Math.Tan(length) * Math.Sqrt(0.5))], circle.End, Promise);
        GeodesicFlow half = new ExponentialMap(new HalfPlane()).Follow([0, 1], [1.5, 0]);
        Close.All([Math.Tanh(1.5), 1 / Math.Cosh(1.5)], half.End, Promise);
    }

    [Fact]
    public void Error_falls_with_the_tolerance()
    {
        FlowCase c = GeodesicOracle.Load.DecoderFlows[2];
        var metric = new PullbackMetric(GeodesicOracle.Load.Network);
        double[] tolerances = [1e-4, 1e-6, 1e-8, 1e-10];
        double[] errors = [.. tolerances.Select(tolerance =>
        {
            double[] end = new ExponentialMap(metric, new IntegrationOptions { RelativeTolerance = tolerance }).Follow(c.Point, c.Velocity).End;
            return Math.Max(Math.Abs(end[0] - c.End[0]), Math.Abs(end[1] - c.End[1]));
        })];
        // Error per step under control: the global error is proportional to the tolerance, within the step controller's play.
        Assert.InRange(Close.Order(tolerances, errors), 0.8, 1.3);
    }

    [Fact]
    public void Dense_output_lies_on_the_geodesic_between_the_steps()
    {
        FlowCase c = GeodesicOracle.Load.DecoderFlows[2];
        var exponential = new ExponentialMap(new PullbackMetric(GeodesicOracle.Load.Network));
        LatentCurve curve = exponential.Follow(c.Point, c.Velocity).Curve;
        foreach (double t in (double[])[0.07, 0.31, 0.5, 0.93])
        {
            double[] end = exponential.Follow(c.Point, [.. c.Velocity.Select(v => v * t)]).End;
            Close.All(end, curve.Evaluate(t), Promise);
        }
    }

    [Fact]
    public void Logarithm_undoes_it()
    {
        foreach ((IImmersion immersion, ConnectCase c) in GeodesicOracle.Load.Connections)
        {
            var solver = new GeodesicSolver(new PullbackMetric(immersion));
            TangentVector tangent = new LogarithmMap(solver).ByShooting(c.Start, c.End);
            Assert.True(tangent.Converged, $"missed by {tangent.Miss}");
            Close.All(c.Velocity, tangent.Velocity, Promise);
            Close.Relative(c.Length, tangent.Length, Promise);
            Close.All(c.End, new ExponentialMap(solver.Metric).Follow(c.Start, tangent.Velocity).End, Promise);
            TangentVector rough = new LogarithmMap(solver).FromCurve(c.Start, c.End);
            // The default mesh serves its length, not its end slope.
            Close.All(c.Velocity, rough.Velocity, 0.02 * c.Length);
        }
    }

    [Fact]
    public void Logarithm_of_the_point_itself_is_zero()
    {
        var logarithm = new LogarithmMap(new GeodesicSolver(new PullbackMetric(Surface.Sphere)));
        TangentVector tangent = logarithm.ByShooting([0.3, 0.4], [0.3, 0.4]);
        Assert.True(tangent.Converged);
        Close.All([0, 0], tangent.Velocity, 0);
    }

    [Fact]
    public void A_singular_metric_ends_the_flow_with_a_status()
    {
        // Towards the pole, longitude loses its length.
        GeodesicFlow flow = new ExponentialMap(new PullbackMetric(Surface.Sphere)).Follow([(Math.PI / 2) - 1e-3, 0], [1e-3, 1e-3]);
        Assert.All(flow.Curve.Evaluate(1), value => Assert.True(double.IsFinite(value)));
        GeodesicFlow constant = new ExponentialMap(new PullbackMetric(TanhNetwork.Random(1, 0, 2, 3, 4))).Follow([0, 0], [1, 0]);
        Assert.Equal(GeodesicStatus.SingularMetric, constant.Status);
        Close.All([0, 0], constant.End, 0);
    }

    [Fact]
    public void Transport_keeps_inner_products_and_turns_by_the_enclosed_curvature()
    {
        var metric = new PullbackMetric(Surface.Sphere);
        var transport = new ParallelTransport(metric);
        // A circle of latitude a encloses 2π(1 − sin a) around the pole; transport once around turns by that angle.
        double a = 0.6;
        TransportedVector around = transport.Along(LatentCurve.Line([a, 0], [a, 2 * Math.PI]), [1, 0]);
        double angle = 2 * Math.PI * Math.Sin(a);
        Assert.True(around.Converged);
        Assert.InRange(around.NormDrift, 0, Promise);
        Close.All([Math.Cos(angle), Math.Sin(angle) / Math.Cos(a)], [around.Vector[0], Math.Abs(around.Vector[1]) * Math.Sign(Math.Sin(angle))], 1e-5);
    }

    [Fact]
    public void Transport_carries_a_geodesics_velocity_to_its_end()
    {
        FlowCase c = GeodesicOracle.Load.DecoderFlows[5];
        var metric = new PullbackMetric(GeodesicOracle.Load.Network);
        GeodesicFlow flow = new ExponentialMap(metric).Follow(c.Point, c.Velocity);
        Close.All(flow.EndVelocity, new ParallelTransport(metric).Along(flow.Curve, c.Velocity).Vector, 10 * Promise);
    }
}
