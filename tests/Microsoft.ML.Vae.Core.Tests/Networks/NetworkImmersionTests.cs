using Microsoft.ML.Vae.Core.Tests.Support;
using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Core.Tests.Networks;

public class NetworkImmersionTests
{
    // Central differences with step 1e-5: truncation near 1e-10, cancellation near 1e-11/1e-5.
    private const double Step = 1e-5, DifferenceError = 1e-7;
    private static readonly double[] Latent = [0.4, -0.7, 0.2], Direction = [0.5, 1, -0.8];

    public static TheoryData<Activation, Likelihood> Decoders => new()
    {
        { Activation.Tanh, GaussianLikelihood.LearnedVariance },
        { Activation.Softplus, GaussianLikelihood.LearnedVariance },
        { Activation.Sigmoid, SquaredErrorLikelihood.Unweighted },
        { Activation.Tanh, BernoulliLikelihood.Instance },
    };

    [Theory]
    [MemberData(nameof(Decoders))]
    public void Derivatives_equal_central_differences(Activation activation, Likelihood likelihood)
    {
        NetworkImmersion f = Create(activation, likelihood);
        int d = f.LatentDimension, D = f.AmbientDimension;
        double[] jacobian = new double[D * d], second = new double[D], hessian = new double[d * d];
        double[] weights = [.. Enumerable.Range(0, D).Select(i => Math.Sin(i + 1))];
        f.Jacobian(Latent, jacobian);
        f.SecondDerivative(Latent, Direction, second);
        f.WeightedHessian(Latent, weights, hessian);
        double[] slopeAhead = Along(f, Moved(Step)), slopeBehind = Along(f, Moved(-Step)), ahead = Value(f, Moved(Step)), behind = Value(f, Moved(-Step));
        double[] slope = Along(f, Latent);
        double curvature = 0, expectedCurvature = 0;
        for (int i = 0; i < D; i++)
        {
            Assert.Equal((ahead[i] - behind[i]) / (2 * Step), slope[i], DifferenceError);
            Assert.Equal((slopeAhead[i] - slopeBehind[i]) / (2 * Step), second[i], DifferenceError);
            expectedCurvature += weights[i] * second[i];
        }
        for (int i = 0; i < d; i++)
            for (int j = 0; j < d; j++)
            {
                curvature += hessian[(i * d) + j] * Direction[i] * Direction[j];
                Assert.Equal(hessian[(j * d) + i], hessian[(i * d) + j], 1e-12);
            }
        Assert.Equal(expectedCurvature, curvature, 1e-10);
    }

    [Theory]
    [MemberData(nameof(Decoders))]
    public void Many_points_at_once_give_the_bits_of_one_after_another(Activation activation, Likelihood likelihood)
    {
        NetworkImmersion f = Create(activation, likelihood);
        // More than pass through the layers together, and no multiple of a tile's rows.
        int d = f.LatentDimension, D = f.AmbientDimension, n = 37;
        double[] z = [.. Enumerable.Range(0, n * d).Select(i => Math.Sin(i))], w = [.. Enumerable.Range(0, n * D).Select(i => Math.Cos(i))];
        double[] points = new double[n * D], jacobians = new double[n * D * d], hessians = new double[n * d * d];
        f.EvaluateAll(z, points);
        f.JacobianAndHessianAll(z, w, jacobians, hessians);
        double[] point = new double[D], jacobian = new double[D * d], hessian = new double[d * d];
        for (int p = 0; p < n; p++)
        {
            f.Evaluate(z.AsSpan(p * d, d), point);
            f.JacobianAndHessian(z.AsSpan(p * d, d), w.AsSpan(p * D, D), jacobian, hessian);
            Assert.Equal(point, points[(p * D)..((p + 1) * D)]);
            Assert.Equal(jacobian, jacobians[(p * D * d)..((p + 1) * D * d)]);
            Assert.Equal(hessian, hessians[(p * d * d)..((p + 1) * d * d)]);
        }
    }

    [Fact]
    public void A_wrong_shape_is_refused()
    {
        NetworkImmersion f = Create(Activation.Tanh, SquaredErrorLikelihood.Unweighted);
        Assert.Throws<ArgumentException>(() => f.Evaluate(new double[f.LatentDimension + 1], new double[f.AmbientDimension]));
        Assert.Throws<ArgumentException>(() => f.EvaluateAll(new double[2 * f.LatentDimension], new double[f.AmbientDimension]));
    }

    [Fact]
    public void A_decoders_geodesic_is_certified()
    {
        var solver = new GeodesicSolver(new PullbackMetric(Create(Activation.Tanh, GaussianLikelihood.LearnedVariance)));
        Geodesic geodesic = solver.Connect([-1, 0.5, 0], [1, -0.5, 0.3]).EnsureConverged();
        Assert.True(geodesic.Length <= geodesic.StraightLength);
    }

    private static NetworkImmersion Create(Activation activation, Likelihood likelihood) =>
        TestModels.Model(TestModels.Architecture(6, 3, likelihood, activation, decoder: [9, 7]), seed: 3).CreateDecoderImmersion();

    private static double[] Moved(double step) => [.. Latent.Select((z, i) => z + (step * Direction[i]))];

    private static double[] Value(NetworkImmersion f, double[] z)
    {
        var point = new double[f.AmbientDimension];
        f.Evaluate(z, point);
        return point;
    }

    // J v.
    private static double[] Along(NetworkImmersion f, double[] z)
    {
        int d = f.LatentDimension;
        var jacobian = new double[f.AmbientDimension * d];
        f.Jacobian(z, jacobian);
        return [.. Enumerable.Range(0, f.AmbientDimension).Select(i => Enumerable.Range(0, d).Sum(j => jacobian[(i * d) + j] * Direction[j]))];
    }
}
