using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Scoring;

public class VaeScorerTests
{
    private const VaeOutputs All = VaeOutputs.Posterior | VaeOutputs.Reconstruction | VaeOutputs.Loss;

    private static readonly Dictionary<string, Likelihood> Likelihoods = new()
    {
        ["squared"] = SquaredErrorLikelihood.Unweighted,
        ["weighted"] = new SquaredErrorLikelihood(new MetricWeight(0.7, 0.1, false)),
        ["reciprocal"] = new SquaredErrorLikelihood(new MetricWeight(0.7, 0.1, true)),
        ["gaussian"] = GaussianLikelihood.WithVariance(0.5),
        ["learned"] = GaussianLikelihood.LearnedVariance,
        ["bernoulli"] = BernoulliLikelihood.Instance,
    };

    public static TheoryData<string, int> LikelihoodsAndDraws()
    {
        var cases = new TheoryData<string, int>();
        foreach (string likelihood in Likelihoods.Keys)
            foreach (int draws in new[] { 0, 7, 32 }) cases.Add(likelihood, draws);
        return cases;
    }

    public static TheoryData<string> Names => [.. Likelihoods.Keys];

    [Theory]
    [MemberData(nameof(LikelihoodsAndDraws))]
    public void Batch_size_and_position_change_no_bit(string likelihood, int draws)
    {
        // Odd widths below and above a vector register, more rows than a decoder block holds.
        var architecture = TestModels.Architecture(3, 2, Likelihoods[likelihood], Activation.Tanh, [3, 19], [2, 5]);
        var (model, rows) = (TestModels.Model(architecture), TestModels.Rows(architecture, 41, 3));
        var whole = new VaeScorer(model, 41, new LossEstimator(draws));
        whole.Score(rows, 41, All);
        foreach (int size in new[] { 1, 2, 16 })
        {
            var scorer = new VaeScorer(model, size, new LossEstimator(draws));
            for (int from = 0; from < 41; from += size)
            {
                int count = Math.Min(size, 41 - from);
                scorer.Score(rows.AsSpan(from * 3, count * 3), count, All);
                Assert.Equal(whole.Loss.Slice(from, count), scorer.Loss[..count]);
                Assert.Equal(whole.FeatureLoss.Slice(from * 3, count * 3), scorer.FeatureLoss[..(count * 3)]);
                Assert.Equal(whole.LatentLoss.Slice(from * 2, count * 2), scorer.LatentLoss[..(count * 2)]);
                Assert.Equal(whole.Mean.Slice(from * 2, count * 2), scorer.Mean[..(count * 2)]);
                Assert.Equal(whole.Reconstruction.Slice(from * 3, count * 3), scorer.Reconstruction[..(count * 3)]);
            }
        }
    }

    /// <summary>Row by row, the engine's loss at each of the fixed draws.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_split_trained_model_is_scored_by_the_split_loss(string likelihood)
    {
        const double Single = 1e-5;
        var architecture = TestModels.Architecture(3, 2, Likelihoods[likelihood]);
        var model = new VaeModel(architecture, TestModels.Parameters(architecture, 1), 0.7, bound: Bound.Split);
        float[] rows = TestModels.Rows(architecture, 5, 3), noise = LossEstimator.Default.Noise(LatentInfluence.Order(model));
        var scorer = new VaeScorer(model, 5, LossEstimator.Default);
        scorer.Score(rows, 5, VaeOutputs.Loss);
        using var engine = PlainEngine.Factory.Create(architecture, model.Parameters, new EngineSettings { Bound = Bound.Split, MaximumBatchSize = 1 });
        var terms = new double[3];
        for (int r = 0; r < 5; r++)
        {
            var row = rows.AsMemory(r * 3, 3);
            architecture.Likelihood.LogLikelihoodAtMode(row.Span, model.LikelihoodParameters, terms);
            double expected = Enumerable.Range(0, LossEstimator.Default.Draws).Average(k => engine.Evaluate(new Minibatch(row, noise.AsMemory(k * 2, 2), default, 1), 0.7).Loss) + terms.Sum();
            Assert.Equal(expected, scorer.Loss[r], Single * expected);
        }
    }

    [Theory]
    [MemberData(nameof(LikelihoodsAndDraws))]
    public void Features_and_latents_sum_to_the_loss(string likelihood, int draws)
    {
        var architecture = TestModels.Architecture(5, 3, Likelihoods[likelihood]);
        var scorer = new VaeScorer(TestModels.Model(architecture, klWeight: 0.3), 20, new LossEstimator(draws));
        scorer.Score(TestModels.Rows(architecture, 20, 4), 20, VaeOutputs.Loss);
        for (int r = 0; r < 20; r++)
        {
            double[] features = scorer.FeatureLoss.Slice(r * 5, 5).ToArray(), latents = scorer.LatentLoss.Slice(r * 3, 3).ToArray();
            Assert.Equal(features.Sum() + latents.Sum(), scorer.Loss[r], 1e-12 * scorer.Loss[r]);
            Assert.All(features.Concat(latents), v => Assert.True(v >= -1e-12));
            for (int j = 0; j < 3; j++) Assert.Equal(0.3 * DiagonalGaussian.Kl(scorer.Mean[(r * 3) + j], scorer.LogVariance[(r * 3) + j]), latents[j], 1e-15);
        }
    }

    /// <summary>The loss at many draws is the trainer's: −ELBO with the same noise, less the log-likelihood at the mode.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Loss_is_the_trained_objective(string likelihood)
    {
        const int Draws = 4;
        const double Beta = 0.7, SinglePrecision = 1e-5;
        var architecture = TestModels.Architecture(4, 2, Likelihoods[likelihood]);
        var model = TestModels.Model(architecture, klWeight: Beta);
        float[] row = TestModels.Rows(architecture, 1, 5), repeated = [.. Enumerable.Repeat(row, Draws).SelectMany(r => r)];
        var scorer = new VaeScorer(model, 1, new LossEstimator(Draws));
        scorer.Score(row, 1, VaeOutputs.Loss);
        using var engine = new PlainEngine(architecture, model.Parameters, new EngineSettings { MaximumBatchSize = Draws });
        double objective = engine.Evaluate(new Minibatch(repeated, new LossEstimator(Draws).Noise(2), default, Draws), Beta).Loss;
        double expected = objective + architecture.Likelihood.LogLikelihoodAtMode(row, model.LikelihoodParameters);
        Assert.Equal(expected, scorer.Loss[0], SinglePrecision * expected);
    }

    /// <summary>Where the decoder is smooth over the posterior's width, the second-order loss and an average over 1024 draws agree.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Analytic_and_sampled_losses_agree_for_narrow_posteriors(string likelihood)
    {
        var architecture = TestModels.Architecture(4, 2, Likelihoods[likelihood]);
        float[] values = TestModels.Parameters(architecture, 6).Values.ToArray();
        var head = new ParameterLayout(architecture).Encoder[^1];
        for (int j = 0; j < 2; j++) values[head.Bias.Offset + 2 + j] = -6;
        var model = new VaeModel(architecture, new VaeParameters(new ParameterLayout(architecture), values), 1);
        float[] rows = TestModels.Rows(architecture, 8, 7);
        VaeScorer analytic = new(model, 8, LossEstimator.Analytic), sampled = new(model, 8, new LossEstimator(1024));
        analytic.Score(rows, 8, VaeOutputs.Loss);
        sampled.Score(rows, 8, VaeOutputs.Loss);
        // Curvature and the 1024 draws' own error of the spread, which is a small part of the loss.
        for (int r = 0; r < 8; r++) Assert.Equal(sampled.Loss[r], analytic.Loss[r], 0.01 * sampled.Loss[r]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(32)]
    public void A_row_that_is_not_finite_is_NaN_everywhere_and_leaves_its_neighbours_alone(int draws)
    {
        var architecture = TestModels.Architecture(3, 2, GaussianLikelihood.LearnedVariance);
        var scorer = new VaeScorer(TestModels.Model(architecture), 3, new LossEstimator(draws));
        float[] clean = TestModels.Rows(architecture, 3, 8), dirty = (float[])clean.Clone();
        scorer.Score(clean, 3, All);
        double[] expected = scorer.Loss.ToArray();
        foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            dirty[4] = bad;
            scorer.Score(dirty, 3, All);
            Assert.Equal([expected[0], double.NaN, expected[2]], scorer.Loss.ToArray());
            Assert.All(scorer.FeatureLoss.Slice(3, 3).ToArray(), v => Assert.Equal(double.NaN, v));
            Assert.All(scorer.LatentLoss.Slice(2, 2).ToArray(), v => Assert.Equal(double.NaN, v));
            Assert.All(scorer.Mean.Slice(2, 2).ToArray().Concat(scorer.LogVariance.Slice(2, 2).ToArray()).Concat(scorer.Reconstruction.Slice(3, 3).ToArray()), v => Assert.Equal(float.NaN, v));
        }
    }

    [Fact]
    public void Finite_rows_have_finite_scores_however_far_out()
    {
        foreach (var likelihood in Likelihoods.Values)
            foreach (var activation in new[] { Activation.Tanh, Activation.Relu })
                foreach (int draws in new[] { 0, 32 })
                {
                    var architecture = TestModels.Architecture(3, 2, likelihood, activation);
                    var model = TestModels.Model(architecture, scaling: new FeatureScaling([0, -1e38f, 3], [1, 1e20f, 1e-3f]));
                    var scorer = new VaeScorer(model, 4, new LossEstimator(draws));
                    scorer.Score([1e30f, -1e30f, 0, float.MaxValue, float.MaxValue, float.MinValue, 0, 3e38f, 1, 1e10f, 0, 0], 4, VaeOutputs.Loss);
                    Assert.All(scorer.Loss.ToArray().Concat(scorer.FeatureLoss.ToArray()).Concat(scorer.LatentLoss.ToArray()), v => Assert.True(double.IsFinite(v)));
                    Assert.All(scorer.Loss.ToArray(), v => Assert.True(float.IsFinite(VaeScorer.ToColumn(v))));
                }
    }

    [Fact]
    public void Farther_out_is_never_less_anomalous_under_a_reciprocal_weight()
    {
        var architecture = TestModels.Architecture(2, 1, Likelihoods["reciprocal"]);
        var scorer = new VaeScorer(TestModels.Model(architecture), 2, LossEstimator.Default);
        scorer.Score([0.1f, 0.1f, 1e25f, -1e25f], 2, VaeOutputs.Loss);
        Assert.True(scorer.Loss[1] > scorer.Loss[0]);
    }

    [Theory]
    [InlineData(VaeOutputs.None, 0, 0)]
    [InlineData(VaeOutputs.Posterior, 6, 0)]
    [InlineData(VaeOutputs.Reconstruction, 6, 6)]
    [InlineData(VaeOutputs.Loss, 6, 6 * 8)]
    [InlineData(All, 6, 6 * 9)]
    public void Nothing_unasked_is_computed(VaeOutputs wanted, int encoded, int decoded)
    {
        var architecture = TestModels.Architecture(3, 2, GaussianLikelihood.LearnedVariance);
        var scorer = new VaeScorer(TestModels.Model(architecture), 6, LossEstimator.Default);
        scorer.Score(TestModels.Rows(architecture, 6, 9), 6, wanted);
        Assert.Equal((encoded, decoded), scorer.RowsComputed);
    }

    [Fact]
    public void Reconstructions_come_in_the_unit_of_the_features()
    {
        // A decoder that always answers its bias .5 in scaled units.
        var architecture = TestModels.Architecture(2, 1, SquaredErrorLikelihood.Unweighted, Activation.Linear, [], []);
        var layout = new ParameterLayout(architecture);
        var values = new float[layout.Length];
        values.AsSpan(layout.Decoder[0].Bias.Offset, 2).Fill(0.5f);
        var scorer = new VaeScorer(new VaeModel(architecture, new VaeParameters(layout, values), 1, new FeatureScaling([100, -3], [0.1f, 4])), 1, LossEstimator.Default);
        scorer.Score([100, -3], 1, VaeOutputs.Reconstruction);
        Assert.Equal([105f, -2.875f], scorer.Reconstruction.ToArray());
    }

    [Fact]
    public void Noise_is_antithetic_and_the_same_for_every_scorer()
    {
        var estimator = new LossEstimator(32);
        float[] noise = estimator.Noise(3);
        Assert.Equal(noise, estimator.Noise(3));
        for (int k = 0; k < 32; k += 2)
            for (int j = 0; j < 3; j++) Assert.Equal(noise[(k * 3) + j], -noise[((k + 1) * 3) + j]);
    }

    [Fact]
    public void Wrong_sizes_are_refused_with_what_came()
    {
        var scorer = new VaeScorer(TestModels.Model(TestModels.Architecture(3, 2, GaussianLikelihood.LearnedVariance)), 2, LossEstimator.Default);
        Assert.Contains("3 features", Assert.Throws<ArgumentException>(() => scorer.Score(new float[4], 2, All)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => scorer.Score(new float[9], 3, All));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VaeScorer(TestModels.Model(Toy.Architecture()), 0, LossEstimator.Default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VaeScorer(TestModels.Model(Toy.Architecture()), 1, new LossEstimator(-1)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(32)]
    public void Beyond_the_range_of_a_Bernoulli_a_row_grows_more_anomalous_not_less(int draws)
    {
        var scorer = new VaeScorer(TestModels.Model(TestModels.Architecture(3, 2, BernoulliLikelihood.Instance)), 4, new LossEstimator(draws));
        scorer.Score([0.4f, 0.6f, 1f, 0.4f, 0.6f, 1.001f, 0.4f, 0.6f, 1.2f, 0.4f, 0.6f, 50f], 4, VaeOutputs.Loss);
        Assert.Equal(scorer.Loss[0] + (UnitRange.Charge * 1e-6), scorer.Loss[1], 1e-4);
        Assert.True(scorer.Loss[2] > scorer.Loss[1] + 10 && scorer.Loss[3] > scorer.Loss[2]);
        Assert.True(scorer.FeatureLoss.IndexOfAnyExceptInRange(0, double.MaxValue) < 0);
    }
}
