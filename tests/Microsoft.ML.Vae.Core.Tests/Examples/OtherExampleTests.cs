using Microsoft.ML.Vae.Core.Tests.Kernels;
using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Examples;

/// <summary>CONTRIBUTING's layer, prior and density do what they say, in both engines, in files and against exact figures.</summary>
public class OtherExampleTests
{
    private const double EngineTolerance = 1e-5, Single = 1e-4;

    // A log-weight of some hundred nats in single precision moves its draw's share by this much.
    private const double ShareTolerance = 3e-4;

    private static readonly VaeArchitecture Normalizing = new()
    {
        Encoder = Network.Of(Shape.Vector(5)).Then(new RowNormalization()).Then(new Dense(7), Activation.Tanh),
        Decoder = Network.Of(Shape.Vector(2)).Then(new Dense(7), Activation.Tanh).Then(new RowNormalization()).Then(new Dense(5)),
        Likelihood = GaussianLikelihood.LearnedVariance,
        Prior = new LaplacePrior(),
    };

    static OtherExampleTests()
    {
        ModelParts.Register("RowNormalization", _ => new RowNormalization());
        ModelParts.Register("Laplace", _ => new LaplacePrior());
    }

    [Theory]
    [InlineData("evidence", EngineTolerance)]
    [InlineData("importance-weighted of 3", ShareTolerance)]
    public void Both_engines_take_layer_and_prior(string bound, double tolerance)
    {
        var problem = new EngineProblem(Normalizing, 13, Parts.Bounds[bound], weighted: true);
        using ITrainingEngine plain = problem.Create(PlainEngine.Factory, 1), managed = problem.Create(ManagedEngine.Factory, 2);
        problem.AssertSameGradient(plain, managed, tolerance);
    }

    [Fact]
    public void A_normalised_row_has_mean_zero_and_deviation_one_and_its_tangent_is_the_slope()
    {
        const double Step = 1e-6;
        double[] x = [1, -2, 0.5, 4], dx = [0.3, 1, -1, 0.2], y = new double[4], above = new double[4], below = new double[4], tangent = new double[4];
        var layer = new RowNormalization();
        layer.Forward(x, [], y);
        Assert.Equal(0, y.Sum(), 1e-12);
        Assert.Equal(4, y.Sum(v => v * v), 1e-4);
        layer.Tangent(x, [], dx, tangent);
        layer.Forward([.. x.Zip(dx, (a, b) => a + (Step * b))], [], above);
        layer.Forward([.. x.Zip(dx, (a, b) => a - (Step * b))], [], below);
        for (int i = 0; i < 4; i++) Assert.Equal((above[i] - below[i]) / (2 * Step), tangent[i], 1e-8);
    }

    [Fact]
    public void Registered_parts_save_and_load()
    {
        var model = new VaeModel(Normalizing, TestModels.Parameters(Normalizing, 3), 1);
        var file = new MemoryStream();
        VaeModelFile.Save(model, file);
        file.Position = 0;
        var loaded = VaeModelFile.Load(file);
        float[] row = TestModels.Normals(5, 4);
        Assert.Equal(Loss(model, row), Loss(loaded, row));
        Assert.Equal(Normalizing, loaded.Architecture);

        static double Loss(VaeModel model, float[] row)
        {
            var scorer = new VaeScorer(model, 1, LossEstimator.Default);
            scorer.Score(row, 1, VaeOutputs.Loss);
            return scorer.Loss[0];
        }
    }

    /// <summary>∫ ½e^−|z| dz = 1, ∫ z² ½e^−|z| dz = 2.</summary>
    [Fact]
    public void The_Laplace_density_integrates_to_one_with_variance_two()
    {
        var density = new LaplacePrior().Density(1, default, null!);
        double total = 0, variance = 0;
        for (float z = -30; z < 30; z += 1f / 256)
        {
            total += Math.Exp(density.LogDensity([z])) / 256;
            variance += z * z * Math.Exp(density.LogDensity([z])) / 256;
        }
        Assert.Equal(1, total, Single);
        Assert.Equal(density.Variance(0), variance, Single);
    }

    [Fact]
    public void The_push_forward_is_exact_on_the_plane()
    {
        var exact = new LinearGaussian();
        var density = new PushForwardDensity(exact.Model());
        for (int r = 0; r < exact.LogPlane.Length; r++) Assert.Equal(exact.LogPlane[r], density.LogDensity(exact.Rows.AsSpan(r * 5, 5)), 5e-3);
        Assert.Equal(double.NaN, density.LogDensity([0, float.NaN, 0, 0, 0]));
    }
}
