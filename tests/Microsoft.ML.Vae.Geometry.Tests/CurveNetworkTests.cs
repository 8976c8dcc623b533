using Microsoft.ML.Vae.Geometry.Tests.Support;

namespace Microsoft.ML.Vae.Geometry.Tests;

public class CurveNetworkTests
{
    public static TheoryData<string> Names => Metrics.Names;

    [Theory]
    [InlineData(BoundaryFormula.Additive)]
    [InlineData(BoundaryFormula.Affine)]
    public void Gradient_equals_central_differences(BoundaryFormula boundary)
    {
        var random = new RandomSource(2);
        var network = new CurveNetwork(5, 2, ref random);
        var curve = new BoundedCurve(network, [0.2, -0.3], [1, 0.8], boundary);
        double Objective()
        {
            double[] point = new double[2], velocity = new double[2];
            curve.Prepare();
            curve.Evaluate([0.3], point, velocity);
            return (2 * point[0]) - point[1] + (0.5 * velocity[0]) + (3 * velocity[1]);
        }
        Objective();
        curve.Backward([2, -1], [0.5, 3]);
        curve.Finish();
        double[] gradient = [.. network.Gradient];
        const double Step = 1e-6, DifferenceError = 1e-6;
        for (int i = 0; i < gradient.Length; i++)
        {
            double weight = network.Weights[i];
            network.Weights[i] = weight + Step;
            double ahead = Objective();
            network.Weights[i] = weight - Step;
            double behind = Objective();
            network.Weights[i] = weight;
            Assert.Equal((ahead - behind) / (2 * Step), gradient[i], DifferenceError * (1 + Math.Abs(gradient[i])));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_lengths_gradient_equals_central_differences_for_every_metric(string name)
    {
        // Where the metric's own derivatives are differences with an error near 1e-10, these divide it by 1e-5.
        const double Step = 1e-5, DifferenceError = 1e-5;
        // More than pass through the network together.
        const int Points = CurveNetwork.Together + 5;
        IRiemannianMetric metric = Metrics.All[name];
        var random = new RandomSource(3);
        var network = new CurveNetwork(4, 2, ref random);
        var curve = new BoundedCurve(network, [-0.7, 0.2], [0.6, -0.4], BoundaryFormula.Additive);
        CurveNetworkTraining.LengthGradient(curve, metric, Points);
        double[] gradient = [.. network.Gradient];
        double Length(int i, double weight)
        {
            double kept = network.Weights[i];
            network.Weights[i] = weight;
            double[] point = new double[2], velocity = new double[2];
            curve.Prepare();
            double sum = 0;
            for (int p = 0; p < Points; p++)
            {
                curve.Evaluate([p / (Points - 1.0)], point, velocity);
                sum += metric.Norm(point, velocity) / Points;
            }
            network.Weights[i] = kept;
            return sum;
        }
        for (int i = 0; i < gradient.Length; i++)
        {
            double weight = network.Weights[i];
            Assert.Equal((Length(i, weight + Step) - Length(i, weight - Step)) / (2 * Step), gradient[i], DifferenceError * (1 + Math.Abs(gradient[i])));
        }
        Assert.Contains(gradient, value => Math.Abs(value) > 0.01);
    }

    [Fact]
    public void What_Chen_et_al_publish_is_the_default()
    {
        var options = new CurveNetworkOptions();
        Assert.Equal((150, 500), (options.Width, options.Points));
        var random = new RandomSource(1);
        // 1 – 150 tanh – 150 tanh – 2.
        Assert.Equal(150 + 150 + (150 * 150) + 150 + (2 * 150) + 2, new CurveNetwork(options.Width, 2, ref random).Weights.Length);
    }

    [Theory]
    [InlineData(BoundaryFormula.Additive)]
    [InlineData(BoundaryFormula.Affine)]
    public void Both_formulas_meet_the_ends_and_come_near_the_geodesic(BoundaryFormula boundary)
    {
        double[] a = [0.2, 0.1], b = [0.9, 1.9];
        var options = new CurveNetworkOptions { Width = 24, Points = 32, Steps = 500, LearningRate = 5e-3, Boundary = boundary };
        Geodesic geodesic = new CurveNetworkSolver(new PullbackMetric(Surface.Sphere), options).Connect(a, b);
        Close.All(a, geodesic.Curve.Evaluate(0), 1e-12);
        Close.All(b, geodesic.Curve.Evaluate(1), 1e-12);
        double exact = Surface.SphereDistance(a, b);
        Assert.InRange(geodesic.Length, exact * (1 - 1e-9), exact * 1.05);
        Assert.True(geodesic.Length < geodesic.StraightLength);
    }

    [Fact]
    public void The_same_seed_gives_the_same_curve()
    {
        var options = new CurveNetworkOptions { Width = 8, Points = 10, Steps = 20, PretrainingSteps = 20, Seed = 4 };
        var solver = new CurveNetworkSolver(new PullbackMetric(Surface.Sphere), options);
        Assert.Equal(solver.Connect([0, 0], [0.5, 1]).Length, solver.Connect([0, 0], [0.5, 1]).Length);
    }
}
