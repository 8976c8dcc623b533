using System.Numerics.Tensors;
using Microsoft.ML.Vae.Core;
using Microsoft.ML.Vae.Core.Tests.Kernels;
using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.TorchSharp.Tests;

/// <summary>Autograd against our own backward pass: same weights, rows and noise, same terms, gradients and steps.</summary>
public sealed class DifferentialTests
{
    // Single precision on both sides, in different orders of summation.
    private const double RelativeTolerance = 1e-4;

    // Adam divides by √v: where a gradient is near zero, its rounding is a whole step. Relative to the norm of the weights, and to the first loss.
    private const double AfterSteps = 1e-3;

    // Where rounding decides on which side of its kink a ReLU falls, our own two engines part by 2e-3 as well.
    private const double AfterKinks = 1e-2;

    private const int Steps = 100;

    // No sizes equal, one of everything, no hidden layer at all.
    private static readonly (int Features, int Latents, int[] Encoder, int[] Decoder, int Rows)[] Shapes =
    [
        (1, 1, [], [], 1),
        (5, 2, [7], [3, 9], 13),
        (16, 3, [33, 17], [17, 33], 100),
        (37, 17, [70, 129], [65], 67),
    ];

    public static TheoryData<string, Activation, string> Cases()
    {
        var cases = new TheoryData<string, Activation, string>();
        foreach (string likelihood in Likelihoods.Keys)
            foreach (var activation in Enum.GetValues<Activation>())
                foreach (string bound in new[] { "evidence", "split" }) cases.Add(likelihood, activation, bound);
        return cases;
    }

    private static Dictionary<string, Likelihood> Likelihoods { get; } = new()
    {
        ["squared error"] = SquaredErrorLikelihood.Unweighted,
        ["squared error, downward convex"] = new SquaredErrorLikelihood(new MetricWeight(0.5, 0.3, false)),
        ["squared error, upward convex"] = new SquaredErrorLikelihood(new MetricWeight(0.5, 0.3, true)),
        ["fixed variance"] = GaussianLikelihood.WithVariance(0.4),
        ["learned variance"] = GaussianLikelihood.LearnedVariance,
        ["Student t"] = StudentTLikelihood.Default,
        ["Bernoulli"] = BernoulliLikelihood.Instance,
        ["user's own"] = new ForeignLikelihood(GaussianLikelihood.LearnedVariance),
        ["user's own, with a link"] = new ForeignLikelihood(BernoulliLikelihood.Instance),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_and_terms_equal_the_managed_engine(string likelihood, Activation activation, string bound)
    {
        foreach (var (features, latents, encoder, decoder, rows) in Shapes)
            foreach (var (weighted, klWeight) in new[] { (false, 1), (true, 0.7), (true, 0.01) })
            {
                var problem = new EngineProblem(features, latents, encoder, decoder, rows, Likelihoods[likelihood], activation, Parts.Bounds[bound], weighted, klWeight);
                using var managed = problem.Create(ManagedEngine.Factory, 1);
                using var torch = problem.Create(TorchSharpEngine.Factory, 1);
                problem.AssertSameGradient(managed, torch, RelativeTolerance);
            }
    }

    public static TheoryData<string, string, string, bool> PartCases()
    {
        var cases = new TheoryData<string, string, string, bool>();
        foreach (string likelihood in (string[])[.. Parts.Likelihoods.Keys, .. Parts.Blockwise])
            foreach (string prior in Parts.Priors.Keys)
                foreach (string bound in Parts.Bounds.Keys)
                    foreach (bool isConvolutional in new[] { false, true }) cases.Add(likelihood, prior, bound, isConvolutional);
        foreach (string bound in Parts.Bounds.Keys) cases.Add("1-SSIM", "standard normal", bound, true);
        return cases;
    }

    [Theory]
    [MemberData(nameof(PartCases))]
    public void Every_part_equals_the_managed_engine(string likelihood, string prior, string bound, bool isConvolutional)
    {
        int pixels = Parts.ImageSide * Parts.ImageSide;
        var part = likelihood == "1-SSIM" ? new SsimLikelihood(Shape.Image(Parts.ImageSide, Parts.ImageSide)) : Parts.Likelihood(likelihood, isConvolutional ? pixels : 5);
        foreach (var form in Enum.GetValues<PosteriorForm>())
        {
            var architecture = (isConvolutional ? Parts.Convolutional(part) : TestModels.Architecture(5, 2, part, Activation.Elu)) with { Prior = Parts.Priors[prior], Posterior = form };
            var problem = new EngineProblem(architecture, 5, Parts.Bounds[bound], weighted: true, isMissing: part.IsSeparable && part is not (CategoricalLikelihood or MixedLikelihood));
            using var managed = problem.Create(ManagedEngine.Factory, 1);
            using var torch = problem.Create(TorchSharpEngine.Factory, 1);
            problem.AssertSameGradient(managed, torch, RelativeTolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_hundred_steps_stay_together(string likelihood, Activation activation, string bound)
    {
        foreach (double maximumNorm in new[] { double.PositiveInfinity, 0.1 })
        {
            var problem = new EngineProblem(16, 3, [33, 17], [17, 33], 100, Likelihoods[likelihood], activation, Parts.Bounds[bound], weighted: true);
            var (expected, losses) = problem.Train(ManagedEngine.Factory, 1, Steps, maximumNorm);
            var (actual, torchLosses) = problem.Train(TorchSharpEngine.Factory, 1, Steps, maximumNorm);
            Assert.Equal(Steps, actual.Steps);
            for (int i = 0; i < Steps; i++) Assert.InRange(torchLosses[i] - losses[i], -AfterSteps * Math.Abs(losses[0]), AfterSteps * Math.Abs(losses[0]));
            Assert.InRange(Distance(expected, actual), 0, activation == Activation.Relu ? AfterKinks : AfterSteps);
        }
    }

    [Fact]
    public void A_state_moves_between_engines_without_loss()
    {
        var problem = new EngineProblem(16, 3, [33, 17], [17, 33], 100, GaussianLikelihood.LearnedVariance, Activation.Tanh, Bound.Split, weighted: true);
        using var torch = problem.Create(TorchSharpEngine.Factory, 1);
        using var managed = problem.Create(ManagedEngine.Factory, 1);
        problem.Steps(torch, 5, double.PositiveInfinity);
        var state = torch.Save();
        managed.Load(state);
        AssertSame(state, managed.Save());
        double[] expected = problem.Steps(torch, 5, 1), actual = problem.Steps(managed, 5, 1);
        for (int i = 0; i < expected.Length; i++) Assert.InRange(actual[i] / expected[i], 1 - RelativeTolerance, 1 + RelativeTolerance);
        torch.Load(managed.Save());
        AssertSame(managed.Save(), torch.Save());
    }

    [Fact]
    public void Gradients_whose_squares_overflow_are_clipped_too()
    {
        var architecture = VaeArchitecture.Mirrored(4, 2, [5], Activation.Linear, SquaredErrorLikelihood.Unweighted);
        var initial = VaeParameters.Initialize(architecture, RandomStream.FromSeed(1));
        float[] x = [.. Enumerable.Range(1, 12).Select(i => 1e12f * i)], noise = new float[6];
        EngineState State(ITrainingEngineFactory factory)
        {
            using var engine = factory.Create(architecture, initial, new EngineSettings { MaximumBatchSize = 3, Threads = 1 });
            engine.Step(new Minibatch(x, noise, default, 3), new StepSettings(1e-3, 1, 10));
            return engine.Save();
        }

        EngineState managed = State(ManagedEngine.Factory), torch = State(TorchSharpEngine.Factory);
        Assert.InRange(TensorPrimitives.Norm<float>(torch.FirstMoment), 0.99f, 1.01f); // a tenth of the clipped gradient
        Assert.InRange(TensorPrimitives.Distance<float>(managed.FirstMoment, torch.FirstMoment), 0, RelativeTolerance);
    }

    [Fact]
    public void A_batch_without_weight_has_terms_of_zero()
    {
        var architecture = VaeArchitecture.Mirrored(4, 2, 5);
        var initial = VaeParameters.Initialize(architecture, RandomStream.FromSeed(1));
        using var torch = TorchSharpEngine.Factory.Create(architecture, initial, new EngineSettings { MaximumBatchSize = 3 });
        Assert.Equal(new BoundTerms(0, 0, 0), torch.Evaluate(new Minibatch(new float[12], new float[6], new float[3], 3), 1));
    }

    private static double Distance(EngineState expected, EngineState actual) =>
        TensorPrimitives.Distance<float>(expected.Parameters, actual.Parameters) / TensorPrimitives.Norm<float>(expected.Parameters);

    private static void AssertSame(EngineState expected, EngineState actual)
    {
        Assert.Equal(expected.Parameters, actual.Parameters);
        Assert.Equal(expected.FirstMoment, actual.FirstMoment);
        Assert.Equal(expected.SecondMoment, actual.SecondMoment);
        Assert.Equal(expected.Steps, actual.Steps);
    }
}
