using Microsoft.ML.Vae.Core.Tests.Kernels;
using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Examples;

/// <summary>CONTRIBUTING's worked example of a likelihood, for counts, does what it says.</summary>
public class PoissonLikelihoodTests
{
    // Central differences over this step leave its square; gradients are stored in single precision.
    private const float Step = 1f / 256;
    private const double Tolerance = 2e-4;

    // Lanczos's series and sixty terms leave 1e-12.
    private const double SeriesTolerance = 1e-10;

    // Of single precision, in both engines.
    private const double EngineTolerance = 1e-5;

    private static readonly PoissonLikelihood Poisson = new();

    private static readonly float[] Counts = [0, 1, 2, 5, 40], Outputs = [-3, -0.5f, 0.25f, 2, 30];

    [Fact]
    public void Its_gradients_equal_central_differences()
    {
        foreach (float x in Counts)
            foreach (float output in Outputs)
            {
                double slope = (Distortion(x, output + Step) - Distortion(x, output - Step)) / (2 * Step);
                AssertNear(slope, Gradient(x, output, byTarget: false));
                if (x == 0) continue; // D's slope by x is infinite there
                slope = (Distortion(x + Step, output) - Distortion(x - Step, output)) / (2 * Step);
                AssertNear(slope, Gradient(x, output, byTarget: true));
            }
    }

    [Fact]
    public void Its_metric_is_the_distortions_second_order()
    {
        foreach (float output in Outputs)
        {
            float mean = (float)Activation.Softplus.Value(output), move = mean / 128;
            var metric = new double[1];
            Poisson.Metric([mean], [], [1], metric);
            double expected = metric[0] * move * move;
            Assert.InRange(0.5 * (Distortion(mean + move, output) + Distortion(mean - move, output)), expected * 0.999, expected * 1.001);
        }
    }

    [Fact]
    public void Its_distortion_and_mode_make_Poissons_probabilities()
    {
        const float Output = 1.5f;
        double rate = Activation.Softplus.Value(Output), total = Enumerable.Range(0, 60).Sum(x => Math.Exp(Mode(x) - Distortion(x, Output)));
        Assert.Equal(1, total, SeriesTolerance);
        Assert.Equal(Math.Exp(-rate) * rate * rate / 2, Math.Exp(Mode(2) - Distortion(2, Output)), SeriesTolerance);
    }

    [Theory]
    [InlineData("evidence")]
    [InlineData("split")]
    [InlineData("importance-weighted of 3")]
    public void Both_engines_take_it(string bound)
    {
        var problem = new EngineProblem(5, 2, [7], [9], 13, Poisson, Activation.Tanh, Parts.Bounds[bound], weighted: true);
        using ITrainingEngine plain = problem.Create(PlainEngine.Factory, 1), managed = problem.Create(ManagedEngine.Factory, 2);
        problem.AssertSameGradient(plain, managed, EngineTolerance);
    }

    [Fact]
    public void It_trains_on_counts_and_scores_them()
    {
        float[] counts = [.. TestModels.Normals(400 * 3, 1).Select(v => MathF.Round(MathF.Exp(v)))];
        var options = new VaeFitOptions { LatentDimension = 1, HiddenWidths = [8], Likelihood = Poisson, Training = Toy.Options };
        var fit = VaeFit.Run(new MatrixRows(counts, 3), options);
        Assert.True(fit.Training.History[^1].ValidationLoss < fit.Training.History[0].ValidationLoss);
        var scores = AnomalyModel.Calibrate(fit, LossEstimator.Default, 0.1).ScoreAll(new MatrixRows(new float[] { 1, 1, 1, 80, 80, 80 }, 3));
        Assert.True(scores[1] > scores[0] + 10);
    }

    private static double Distortion(float x, float output)
    {
        var terms = new double[1];
        Poisson.Distortion([x], [output], [], terms);
        return terms[0];
    }

    private static double Mode(float x)
    {
        var terms = new double[1];
        Poisson.LogLikelihoodAtMode([x], [], terms);
        return terms[0];
    }

    private static double Gradient(float x, float output, bool byTarget)
    {
        var gradient = new float[1];
        if (byTarget) Poisson.TargetGradient([x], [output], [], [1], gradient);
        else Poisson.OutputGradient([x], [output], [], [1], gradient);
        return gradient[0];
    }

    private static void AssertNear(double expected, double actual) =>
        Assert.InRange(actual - expected, -Tolerance * (1 + Math.Abs(expected)), Tolerance * (1 + Math.Abs(expected)));
}
