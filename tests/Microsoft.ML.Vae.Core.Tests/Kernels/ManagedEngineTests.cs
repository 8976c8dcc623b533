using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Kernels;

/// <summary>The fast engine is the plain engine: same gradients, same terms, same bits on any number of threads, nothing allocated.</summary>
public sealed class ManagedEngineTests
{
    // Single precision: both engines round every product, in different orders.
    private const double RelativeTolerance = 1e-5;

    // Shares of draws are exponentials of log-weights of some hundred nats: their rounding enters as it is.
    private const double ShareTolerance = 3e-4;

    // No layer fills its registers; none is empty of padding; a batch that no chunk divides.
    private static readonly (int Features, int Latents, int[] Encoder, int[] Decoder, int Rows)[] Shapes =
    [
        (1, 1, [], [], 1),
        (5, 2, [7], [3, 9], 13),
        (16, 3, [33, 17], [17, 33], 100),
        (37, 17, [70, 129], [65], 67),
        (130, 20, [50], [50], 131),
    ];

    public static TheoryData<string, Activation, string> Cases()
    {
        var cases = new TheoryData<string, Activation, string>();
        foreach (string likelihood in Likelihoods.Keys)
            foreach (var activation in Enum.GetValues<Activation>())
                foreach (string bound in new[] { "evidence", "split" }) cases.Add(likelihood, activation, bound);
        return cases;
    }

    public static TheoryData<VectorPath> Paths => new(Enum.GetValues<VectorPath>());

    private static Dictionary<string, Likelihood> Likelihoods { get; } = new()
    {
        ["squared error"] = SquaredErrorLikelihood.Unweighted,
        ["weighted squared error"] = new SquaredErrorLikelihood(new MetricWeight(0.5, 0.3, true)),
        ["fixed variance"] = GaussianLikelihood.WithVariance(0.4),
        ["learned variance"] = GaussianLikelihood.LearnedVariance,
        ["Student t"] = StudentTLikelihood.Default,
        ["Bernoulli"] = BernoulliLikelihood.Instance,
        ["user's own"] = new ForeignLikelihood(GaussianLikelihood.LearnedVariance),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradient_and_terms_equal_the_plain_engine(string likelihood, Activation activation, string bound)
    {
        foreach (var shape in Shapes)
            foreach (bool weighted in new[] { false, true })
            {
                var problem = new EngineProblem(shape.Features, shape.Latents, shape.Encoder, shape.Decoder, shape.Rows, Likelihoods[likelihood], activation, Parts.Bounds[bound], weighted);
                using var plain = problem.Create(PlainEngine.Factory, 1);
                using var managed = problem.Create(ManagedEngine.Factory, 2);
                problem.AssertSameGradient(plain, managed, RelativeTolerance);
            }
    }

    public static TheoryData<string, string, string> PartCases()
    {
        var cases = new TheoryData<string, string, string>();
        foreach (string likelihood in (string[])[.. Parts.Likelihoods.Keys, .. Parts.Blockwise, "1-SSIM"])
            foreach (string prior in Parts.Priors.Keys)
                foreach (string bound in Parts.Bounds.Keys) cases.Add(likelihood, prior, bound);
        return cases;
    }

    [Theory]
    [MemberData(nameof(PartCases))]
    public void Every_part_equals_the_plain_engine_on_any_number_of_threads(string likelihood, string prior, string bound)
    {
        foreach (var problem in PartProblems(likelihood, prior, bound))
        {
            using var plain = problem.Create(PlainEngine.Factory, 1);
            using var managed = problem.Create(ManagedEngine.Factory, 2);
            problem.AssertSameGradient(plain, managed, Parts.Bounds[bound].Alpha == 1 ? RelativeTolerance : ShareTolerance);
            Assert.Equal(problem.Train(ManagedEngine.Factory, 1, 3, 1).State.Parameters, problem.Train(ManagedEngine.Factory, 3, 3, 1).State.Parameters);
        }
    }

    [Theory]
    [InlineData("learned variance", "vamp", "importance-weighted of 3")]
    [InlineData("student t", "mixture", "split")]
    public void Parts_go_through_many_slices_too(string likelihood, string prior, string bound)
    {
        var architecture = TestModels.Architecture(20, 3, Parts.Likelihoods[likelihood], encoder: [40], decoder: [40]) with { Prior = Parts.Priors[prior] };
        var problem = new EngineProblem(architecture, 3001, Parts.Bounds[bound], weighted: true, isMissing: true);
        using var plain = problem.Create(PlainEngine.Factory, 1);
        using var managed = problem.Create(ManagedEngine.Factory, 2);
        problem.AssertSameGradient(plain, managed, RelativeTolerance);
    }

    [Fact]
    public void Convolutions_of_any_size_equal_the_plain_engine()
    {
        foreach (var (height, width, channels, kernel, stride, more) in new[] { (7, 5, 1, 3, 2, 16), (4, 9, 3, 5, 1, 17), (6, 6, 16, 1, 3, 33), (3, 3, 2, 7, 2, 70) })
        {
            var encoder = Network.Of(Shape.Image(height, width, channels)).Then(new Convolution(more, kernel, stride), Activation.Tanh);
            var small = encoder.Output;
            var decoder = Network.Of(Shape.Vector(3)).Then(new Dense(small.Length), Activation.Relu).Then(new Reshape(small)).Then(new TransposedConvolution(channels, kernel, stride))
                .Then(new Dense(height * width * channels));
            var problem = new EngineProblem(new VaeArchitecture { Encoder = encoder, Decoder = decoder }, 37, Bound.Split, weighted: true);
            using var plain = problem.Create(PlainEngine.Factory, 1);
            using var managed = problem.Create(ManagedEngine.Factory, 2);
            problem.AssertSameGradient(plain, managed, RelativeTolerance);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void Every_path_trains_like_the_plain_engine(VectorPath path) => path.Run(new TrainsLikePlain());

    // Squares of these gradients overflow single precision: scaled by 10/∞ they would be zero, and training would stand still in silence.
    [Fact]
    public void An_enormous_gradient_is_scaled_and_not_lost()
    {
        var problem = new EngineProblem(5, 2, [7], [9], 13, new ForeignLikelihood(GaussianLikelihood.WithVariance(1e-22)), Activation.Tanh, Bound.Evidence, weighted: false);
        var (expected, actual) = (problem.Train(PlainEngine.Factory, 1, 3, maximumNorm: 10).State, problem.Train(ManagedEngine.Factory, 2, 3, maximumNorm: 10).State);
        Assert.NotEqual(problem.Initial.Values.ToArray(), actual.Parameters);
        for (int i = 0; i < expected.Parameters.Length; i++) Assert.InRange(actual.Parameters[i] - expected.Parameters[i], -1e-4, 1e-4);
    }

    // 3,001 rows of this network are four slices.
    [Theory]
    [InlineData("learned variance", "evidence")]
    [InlineData("user's own", "split")]
    public void Batches_of_many_slices_equal_the_plain_engine(string likelihood, string bound)
    {
        var problem = new EngineProblem(20, 3, [40], [40], 3001, Likelihoods[likelihood], Activation.Tanh, Parts.Bounds[bound], weighted: true);
        using var plain = problem.Create(PlainEngine.Factory, 1);
        using var managed = problem.Create(ManagedEngine.Factory, 2);
        problem.AssertSameGradient(plain, managed, RelativeTolerance);
        foreach (var (expected, actual) in problem.Steps(plain, 5, double.PositiveInfinity).Zip(problem.Steps(managed, 5, double.PositiveInfinity)))
            Assert.InRange(actual / expected, 1 - (10 * RelativeTolerance), 1 + (10 * RelativeTolerance));
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(0.05)]
    public void Bits_do_not_depend_on_threads(double maximumNorm)
    {
        var problem = new EngineProblem(37, 5, [70, 33], [40], 131, GaussianLikelihood.LearnedVariance, Activation.Tanh, Bound.Evidence, weighted: true);
        var states = new[] { 1, 2, 4 }.Select(threads => problem.Train(ManagedEngine.Factory, threads, 30, maximumNorm)).ToArray();
        foreach (var (state, losses) in states.Skip(1))
        {
            Assert.Equal(states[0].State.Parameters, state.Parameters);
            Assert.Equal(states[0].State.SecondMoment, state.SecondMoment);
            Assert.Equal(states[0].Losses, losses);
        }
    }

    // 3,001 rows are four slices; a finite norm adds a phase to the step.
    [Theory]
    [InlineData(50, double.PositiveInfinity)]
    [InlineData(50, 0.05)]
    [InlineData(3001, double.PositiveInfinity)]
    public void Other_work_is_done_once_a_step_and_changes_nothing(int rows, double maximumNorm)
    {
        var problem = new EngineProblem(20, 3, [40], [40], rows, GaussianLikelihood.LearnedVariance, Activation.Tanh, Bound.Evidence, weighted: true);
        var alone = problem.Train(ManagedEngine.Factory, 1, 10, maximumNorm);
        foreach (int threads in new[] { 1, 2 })
        {
            using var engine = problem.Create(ManagedEngine.Factory, threads);
            int calls = 0;
            for (int i = 0; i < 10; i++)
            {
                Assert.Equal(alone.Losses[i], problem.Step(engine, maximumNorm, () => Interlocked.Increment(ref calls)).Loss);
                Assert.Equal(i + 1, calls);
            }
            problem.Step(engine, maximumNorm);
            Assert.Equal(10, calls);
        }
    }

    [Fact]
    public void A_saved_state_continues_with_the_same_bits()
    {
        var problem = new EngineProblem(9, 2, [20], [20], 50, BernoulliLikelihood.Instance, Activation.Relu, Bound.Split, weighted: false);
        using var first = problem.Create(ManagedEngine.Factory, 1);
        using var second = problem.Create(ManagedEngine.Factory, 1);
        problem.Steps(first, 5, double.PositiveInfinity);
        second.Load(first.Save());
        Assert.Equal(problem.Steps(first, 5, double.PositiveInfinity), problem.Steps(second, 5, double.PositiveInfinity));
        Assert.Equal(first.Save().Parameters, second.Save().Parameters);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        var problem = new EngineProblem(37, 5, [70, 33], [40], 100, GaussianLikelihood.LearnedVariance, Activation.Tanh, Bound.Split, weighted: true);
        using var engine = problem.Create(ManagedEngine.Factory, 1);
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => AllocatedBy(40)));

        // What a step allocates it allocates every time; what the runtime does now and then, as when it compiles a hot method anew, it does not.
        long AllocatedBy(int steps)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < steps; i++) problem.Step(engine, i % 2 == 0 ? 1 : double.PositiveInfinity);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static IEnumerable<EngineProblem> PartProblems(string likelihood, string prior, string bound)
    {
        const int Pixels = Parts.ImageSide * Parts.ImageSide;
        bool isSsim = likelihood == "1-SSIM", isMissing = likelihood is not ("1-SSIM" or "categorical" or "mixed");
        foreach (var form in Enum.GetValues<PosteriorForm>())
        {
            var image = isSsim ? new SsimLikelihood(Shape.Image(Parts.ImageSide, Parts.ImageSide)) : Parts.Likelihood(likelihood, Pixels);
            yield return new EngineProblem(Parts.Convolutional(image, Activation.Gelu) with { Prior = Parts.Priors[prior], Posterior = form }, 5, Parts.Bounds[bound], weighted: true, isMissing: isMissing);
            if (isSsim) continue;
            var table = TestModels.Architecture(5, 17, Parts.Likelihood(likelihood, 5), Activation.Elu, [7], [3, 9]) with { Prior = Parts.Priors[prior], Posterior = form };
            yield return new EngineProblem(table, 13, Parts.Bounds[bound], weighted: true, isMissing: isMissing);
        }
    }

    private sealed class TrainsLikePlain : IPathTest
    {
        public void Run<T>() where T : unmanaged, ILanes<T>
        {
            var problem = new EngineProblem(37, 5, [70, 33], [40], 131, GaussianLikelihood.LearnedVariance, Activation.Softplus, Bound.Evidence, weighted: true);
            using var plain = problem.Create(PlainEngine.Factory, 1);
            using var managed = new ManagedEngine<T>(problem.Architecture, problem.Initial, problem.Settings(2));
            problem.AssertSameGradient(plain, managed, RelativeTolerance);
            foreach (double norm in new[] { double.PositiveInfinity, 0.1 })
                foreach (var (expected, actual) in problem.Steps(plain, 20, norm).Zip(problem.Steps(managed, 20, norm)))
                    Assert.InRange(actual / expected, 1 - (10 * RelativeTolerance), 1 + (10 * RelativeTolerance));
        }
    }
}
