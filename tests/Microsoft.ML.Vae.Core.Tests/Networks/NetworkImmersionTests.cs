using Microsoft.ML.Vae.Core.Tests.Support;
using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Core.Tests.Networks;

public class NetworkImmersionTests
{
    // Central differences with step 1e-5: truncation near 1e-10, cancellation near 1e-11/1e-5.
    private const double Step = 1e-5, DifferenceError = 1e-7;

    // Sums of doubles in another order; normal distribution functions by Simpson's rule.
    private const double ReferenceError = 1e-9, SymmetryError = 1e-12, CurvatureError = 1e-10;

    private static readonly double[] Latent = [0.4, -0.7, 0.2], Direction = [0.5, 1, -0.8];

    public static TheoryData<string, Activation> Cases()
    {
        var cases = new TheoryData<string, Activation>();
        foreach (string network in Decoders.Names)
            foreach (var activation in Enum.GetValues<Activation>()) cases.Add(network, activation);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_equal_the_network_written_a_second_time(string network, Activation activation)
    {
        var model = Decoders.Model(network, activation);
        double[] expected = ReferenceNetwork.Run(model.Parameters.Layout.Decoder, [.. model.Parameters.Values], Latent);
        foreach (var (a, b) in expected.Zip(Value(model.CreateDecoderImmersion(), Latent))) Assert.Equal(a, b, ReferenceError);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Derivatives_equal_central_differences(string network, Activation activation)
    {
        NetworkImmersion f = Decoders.Model(network, activation).CreateDecoderImmersion();
        int d = f.LatentDimension, D = f.AmbientDimension;
        double[] second = new double[D], hessian = new double[d * d], weights = [.. Enumerable.Range(0, D).Select(i => Math.Sin(i + 1))];
        f.SecondDerivative(Latent, Direction, second);
        f.WeightedHessian(Latent, weights, hessian);
        double[] slopeAhead = Along(f, Moved(Step)), slopeBehind = Along(f, Moved(-Step)), ahead = Value(f, Moved(Step)), behind = Value(f, Moved(-Step)), slope = Along(f, Latent);
        double curvature = 0;
        for (int i = 0; i < D; i++)
        {
            Assert.Equal((ahead[i] - behind[i]) / (2 * Step), slope[i], DifferenceError);
            Assert.Equal((slopeAhead[i] - slopeBehind[i]) / (2 * Step), second[i], DifferenceError);
        }
        for (int i = 0; i < d; i++)
            for (int j = 0; j < d; j++)
            {
                curvature += hessian[(i * d) + j] * Direction[i] * Direction[j];
                Assert.Equal(hessian[(j * d) + i], hessian[(i * d) + j], SymmetryError);
            }
        Assert.Equal(weights.Zip(second, (w, s) => w * s).Sum(), curvature, network.StartsWith("own", StringComparison.Ordinal) ? DifferenceError : CurvatureError);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Many_points_at_once_give_the_bits_of_one_after_another(string network, Activation activation)
    {
        NetworkImmersion f = Decoders.Model(network, activation).CreateDecoderImmersion();
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

    [Theory]
    [InlineData("bernoulli")]
    [InlineData("categorical")]
    public void The_mean_of_a_likelihood_is_part_of_the_decoder(string likelihood)
    {
        var model = TestModels.Model(TestModels.Architecture(6, 3, Parts.Likelihood(likelihood, 6), decoder: [9, 7]), seed: 3);
        NetworkImmersion f = model.CreateDecoderImmersion();
        double[] expected = ReferenceNetwork.Run(model.Parameters.Layout.MeanDecoder, [.. model.Parameters.Values], Latent), slope = Along(f, Latent);
        double[] ahead = Value(f, Moved(Step)), behind = Value(f, Moved(-Step)), at = Value(f, Latent);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], at[i], ReferenceError);
            Assert.Equal((ahead[i] - behind[i]) / (2 * Step), slope[i], DifferenceError);
        }
    }

    [Fact]
    public void A_wrong_shape_is_refused()
    {
        NetworkImmersion f = Decoders.Model("dense", Activation.Tanh).CreateDecoderImmersion();
        Assert.Throws<ArgumentException>(() => f.Evaluate(new double[f.LatentDimension + 1], new double[f.AmbientDimension]));
        Assert.Throws<ArgumentException>(() => f.EvaluateAll(new double[2 * f.LatentDimension], new double[f.AmbientDimension]));
    }

    [Fact]
    public void A_decoders_geodesic_is_certified()
    {
        var solver = new GeodesicSolver(new PullbackMetric(Decoders.Model("dense", Activation.Tanh).CreateDecoderImmersion()));
        Geodesic geodesic = solver.Connect([-1, 0.5, 0], [1, -0.5, 0.3]).EnsureConverged();
        Assert.True(geodesic.Length <= geodesic.StraightLength);
    }

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
