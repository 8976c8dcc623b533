using Microsoft.ML.Vae.Geometry.Tests.Support;

namespace Microsoft.ML.Vae.Geometry.Tests;

/// <summary>What every solver may ask of every metric.</summary>
public class MetricTests
{
    // Central differences with step 1e-5 of values that are differences themselves.
    private const double Step = 1e-5, DifferenceError = 1e-6;

    // The energy's Hessian by differences with step 1e-4 leaves 1e-8 of a third derivative, which its inverse steps turn into more.
    private const double HessianError = 1e-3;

    public static TheoryData<string> Names => Metrics.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Energies_of_many_points_have_their_matrices_and_gradients_equal_to_central_differences(string name)
    {
        IRiemannianMetric metric = Metrics.All[name];
        // More points than are held at a time.
        const int Points = 19;
        double[] z = [.. Enumerable.Range(0, 2 * Points).Select(i => 0.8 * Math.Sin(3 * i))], v = [.. Enumerable.Range(0, 2 * Points).Select(i => Math.Cos(2 * i))];
        double[] energies = new double[Points], byPoints = new double[2 * Points], byVelocities = new double[2 * Points], matrices = new double[4 * Points];
        metric.EnergyGradients(z, v, energies, byPoints, byVelocities);
        metric.EvaluateAll(z, matrices);
        double Energy(double[] point, double[] velocity) => 0.5 * metric.InnerProduct(point, velocity, velocity);
        for (int i = 0; i < 2 * Points; i++)
        {
            int p = i / 2;
            double[] point = z[(2 * p)..(2 * (p + 1))], velocity = v[(2 * p)..(2 * (p + 1))], step = [i % 2 == 0 ? Step : 0, i % 2 == 0 ? 0 : Step];
            double[] Moved(double[] from, double side) => [from[0] + (side * step[0]), from[1] + (side * step[1])];
            Assert.Equal(metric.Evaluate(point), matrices[(4 * p)..(4 * (p + 1))]);
            Assert.Equal(Energy(point, velocity), energies[p], 1e-12);
            Assert.Equal((Energy(Moved(point, 1), velocity) - Energy(Moved(point, -1), velocity)) / (2 * Step), byPoints[i], DifferenceError);
            Assert.Equal((Energy(point, Moved(velocity, 1)) - Energy(point, Moved(velocity, -1))) / (2 * Step), byVelocities[i], DifferenceError);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Christoffel_symbols_and_covariant_acceleration_agree_with_differences(string name)
    {
        IRiemannianMetric metric = Metrics.All[name], plain = new EvaluatedOnly(metric);
        double[] z = [0.3, -0.4], u = [1.1, 0.6], v = [-0.2, 0.9], a = [0.4, -1.3], own = new double[2], differences = new double[2];
        Assert.True(metric.TryChristoffel(z, u, v, own));
        Assert.True(plain.TryChristoffel(z, u, v, differences));
        Close.All(differences, own, DifferenceError);
        Assert.Equal(plain.CovariantAcceleration(z, v, a), metric.CovariantAcceleration(z, v, a), DifferenceError);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_discrete_energys_derivatives_equal_central_differences(string name)
    {
        const int Segments = 3;
        IRiemannianMetric metric = Metrics.All[name];
        var nodes = HermiteNodes.From(LatentCurve.Bezier([-0.8, 0.3], [0.1, 1.2], [0.9, -0.5]), Segments);
        using ICurveEnergy energy = metric.CreateEnergy(Segments);
        (double[] gradient, double[,] hessian) = Linearise(energy, nodes);
        // The ends are held: their entries mean nothing.
        for (int k = 2; k < gradient.Length - 4; k++)
        {
            HermiteNodes ahead = Moved(nodes, k, Step), behind = Moved(nodes, k, -Step);
            Assert.Equal((energy.Value(ahead) - energy.Value(behind)) / (2 * Step), gradient[k], DifferenceError);
            double[] slopeAhead = Linearise(energy, ahead).Gradient, slopeBehind = Linearise(energy, behind).Gradient;
            for (int l = 2; l <= k; l++) Assert.Equal((slopeAhead[l] - slopeBehind[l]) / (2 * Step), hessian[k, l], HessianError);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_solver_connects_two_points_alike(string name)
    {
        // What the solvers' own default tolerances leave, and the few steps of the curve network.
        const double Agreement = 2e-4, NetworkAgreement = 0.02;
        IRiemannianMetric metric = Metrics.All[name];
        double[] a = [-0.7, 0.2], b = [0.6, -0.4];
        Geodesic geodesic = new GeodesicSolver(metric).Connect(a, b).EnsureConverged();
        Assert.InRange(geodesic.Length, 0, geodesic.Straight.Value);
        Assert.True(geodesic.Straight.Converged);
        Close.Relative(geodesic.Length, new CollocationSolver(metric).Connect(geodesic.Curve).EnsureConverged().Length, Agreement);
        TangentVector tangent = new LogarithmMap(new GeodesicSolver(metric), new IntegrationOptions { RelativeTolerance = 1e-6 }).ByShooting(a, b);
        Assert.True(tangent.Converged);
        Close.Relative(geodesic.Length, tangent.Length, Agreement);
        var options = new CurveNetworkOptions { Width = 16, Points = 40, Steps = 300, LearningRate = 5e-3 };
        Close.Relative(geodesic.Length, new CurveNetworkSolver(metric, options).Connect(a, b).Length, NetworkAgreement);
    }

    [Fact]
    public void A_metric_in_disguise_gives_the_geodesics_of_the_one_that_is_recognised()
    {
        foreach (ConnectCase c in GeodesicOracle.Load.Decoder)
        {
            var metric = new PullbackMetric(GeodesicOracle.Load.Network);
            var options = new GeodesicOptions { RelativeTolerance = 1e-6 };
            Geodesic hidden = new GeodesicSolver(new EvaluatedOnly(metric), options).Connect(c.Start, c.End).EnsureConverged();
            Close.Relative(c.Length, hidden.Length, options.RelativeTolerance);
        }
    }

    [Fact]
    public void A_constant_factor_scales_lengths_and_leaves_geodesics_where_they_are()
    {
        var plain = new GeodesicSolver(new PullbackMetric(Surface.Sphere), new GeodesicOptions { RelativeTolerance = 1e-7 });
        var scaled = new GeodesicSolver(new ConformalMetric(Surface.Sphere, new RbfScale([0, 0], [1], [0], [0.25])), new GeodesicOptions { RelativeTolerance = 1e-7 });
        Geodesic first = plain.Connect([0.2, 0.1], [0.9, 1.9]).EnsureConverged(), second = scaled.Connect([0.2, 0.1], [0.9, 1.9]).EnsureConverged();
        Close.Relative(2 * first.Length, second.Length, 1e-6);
        Close.All(first.Curve.Evaluate(0.3), second.Curve.Evaluate(0.3), 1e-4);
    }

    [Fact]
    public void The_half_plane_is_the_plane_with_a_factor()
    {
        var solver = new GeodesicSolver(new ConformalMetric(new ScaledIdentity(2, 1), new InverseHeight()), new GeodesicOptions { RelativeTolerance = 1e-7 });
        double[] a = [0, 1], b = [2, 0.5];
        Close.Relative(HalfPlane.Distance(a, b), solver.Connect(a, b).EnsureConverged().Length, 1e-6);
        Assert.True(GaussianCurvature.TryEvaluate(solver.Metric, [0.3, 0.8], out double curvature));
        Assert.Equal(-1, curvature, 1e-5);
    }

    [Fact]
    public void A_factor_of_another_shape_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new ConformalMetric(Surface.Sphere, Surface.Sphere));
        Assert.Throws<ArgumentException>(() => new ConformalMetric(Surface.Sphere, new RbfScale([0, 0, 0], [1], [1], [1])));
    }

    private static (double[] Gradient, double[,] Hessian) Linearise(ICurveEnergy energy, HermiteNodes nodes)
    {
        int n = nodes.Values.Length, bandwidth = (4 * nodes.Dimension) - 1;
        var gradient = new double[n];
        var hessian = new double[n, n];
        SymmetricBand positive = new(n, bandwidth), rest = new(n, bandwidth);
        energy.Value(nodes);
        energy.Linearise(nodes, gradient, positive, rest);
        for (int i = 0; i < n; i++)
        {
            for (int j = Math.Max(0, i - bandwidth); j <= i; j++) hessian[i, j] = positive[i, j] + rest[i, j];
        }
        return (gradient, hessian);
    }

    private static HermiteNodes Moved(HermiteNodes nodes, int k, double step)
    {
        var direction = new double[nodes.Values.Length];
        direction[k] = step;
        return nodes.Moved(direction);
    }

    /// <summary>(x, y) ↦ 1/y.</summary>
    private sealed class InverseHeight : IImmersion
    {
        public int LatentDimension => 2;

        public int AmbientDimension => 1;

        public void Evaluate(ReadOnlySpan<double> latent, Span<double> point) => point[0] = 1 / latent[1];

        public void Jacobian(ReadOnlySpan<double> latent, Span<double> jacobian) => (jacobian[0], jacobian[1]) = (0, -1 / (latent[1] * latent[1]));
    }
}
