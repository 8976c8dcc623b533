namespace Microsoft.ML.Vae.Core.Tests.Kernels;

/// <summary>The scorer's fast paths: nothing allocated, and the sums that the likelihoods' own functions give.</summary>
public sealed class ScorerKernelTests
{
    private const int Features = 21, Latents = 3, Rows = 50;

    // Draws are summed in single precision.
    private const double RelativeTolerance = 1e-5;

    public static TheoryData<string> Likelihoods => new("squared error", "fixed variance", "learned variance", "Student t", "Bernoulli", "foreign");

    [Theory]
    [MemberData(nameof(Likelihoods))]
    public void Feature_loss_is_the_mean_distortion_of_the_draws(string likelihood)
    {
        var model = Model(likelihood);
        var scorer = new VaeScorer(model, Rows, LossEstimator.Default);
        float[] x = Data();
        scorer.Score(x, Rows, VaeOutputs.Loss);
        float[] noise = LossEstimator.Default.Noise(LatentInfluence.Order(model));
        int draws = LossEstimator.Default.Draws;
        using var decoder = ForwardPass.Create(model.Parameters.Values, model.Parameters.Layout.Decoder, 1);
        double[] terms = new double[Features], expected = new double[Features];
        for (int r = 0; r < Rows; r++)
        {
            var row = x.AsSpan(r * Features, Features);
            Array.Clear(expected);
            for (int k = 0; k < draws; k++)
            {
                var z = new float[Latents];
                for (int j = 0; j < Latents; j++)
                    z[j] = scorer.Mean[(r * Latents) + j] + (MathF.Exp(0.5f * scorer.LogVariance[(r * Latents) + j]) * noise[(k * Latents) + j]);
                model.Architecture.Likelihood.Distortion(row, decoder.Run(z, 1), model.LikelihoodParameters, terms);
                for (int i = 0; i < Features; i++) expected[i] += terms[i] / draws;
            }
            double scale = expected.Sum();
            for (int i = 0; i < Features; i++) Assert.Equal(expected[i], scorer.FeatureLoss[(r * Features) + i], RelativeTolerance * scale);
        }
    }

    [Theory]
    [InlineData(1, 32)]
    [InlineData(Rows, 32)]
    [InlineData(1, 0)]
    [InlineData(Rows, 0)]
    public void Scoring_allocates_nothing(int rows, int draws)
    {
        var scorer = new VaeScorer(Model("learned variance"), Rows, new LossEstimator(draws));
        float[] x = Data()[..(rows * Features)];
        const VaeOutputs All = VaeOutputs.Posterior | VaeOutputs.Reconstruction | VaeOutputs.Loss;
        scorer.Score(x, rows, All);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++) scorer.Score(x, rows, All);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Threads_and_batches_change_no_bit()
    {
        var model = Model("Bernoulli");
        float[] x = [.. Data(), .. Data(), .. Data()];
        using var one = ForwardPass.Create(model.Parameters.Values, model.Parameters.Layout.Encoder, 3 * Rows);
        using var three = ForwardPass.Create(model.Parameters.Values, model.Parameters.Layout.Encoder, 3 * Rows, threads: 3);
        float[] together = one.Run(x, 3 * Rows).ToArray();
        Assert.Equal(together, three.Run(x, 3 * Rows).ToArray());
        Assert.Equal(together[..(2 * Latents)], one.Run(x.AsSpan(0, Features), 1).ToArray());
    }

    private static VaeModel Model(string likelihood)
    {
        var architecture = VaeArchitecture.Mirrored(Features, Latents, 33, 17) with
        {
            Likelihood = likelihood switch
            {
                "squared error" => SquaredErrorLikelihood.Unweighted,
                "fixed variance" => GaussianLikelihood.WithVariance(0.3),
                "learned variance" => GaussianLikelihood.LearnedVariance,
                "Student t" => StudentTLikelihood.Default,
                "Bernoulli" => BernoulliLikelihood.Instance,
                _ => new ForeignLikelihood(GaussianLikelihood.LearnedVariance),
            },
        };
        return new VaeModel(architecture, VaeParameters.Initialize(architecture, RandomStream.FromSeed(1)), 1);
    }

    private static float[] Data()
    {
        var x = new float[Rows * Features];
        for (int i = 0; i < x.Length; i++) x[i] = (float)RandomStream.FromSeed(2).Uniform(i);
        return x;
    }
}
