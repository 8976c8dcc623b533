using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Scoring;

/// <summary>Draws of balanced signs: what they are exact for, which latents they keep apart, and that files remember them.</summary>
public sealed class BalancedDrawsTests
{
    // What single precision leaves of a sum of squares.
    private const double Single = 1e-5;

    /// <summary>Without a curved decoder a squared error is a polynomial of degree two, whose mean the analytic estimator gives.</summary>
    [Theory]
    [InlineData(2, 1)]
    [InlineData(4, 2)]
    [InlineData(8, 4)]
    [InlineData(16, 8)]
    public void The_mean_is_exact_for_as_many_latents_as_there_are_pairs(int draws, int latents)
    {
        var model = Linear(latents);
        float[] rows = TestModels.Rows(model.Architecture, 6, 3);
        double[] exact = Losses(model, LossEstimator.Analytic, rows), balanced = Losses(model, LossEstimator.Balanced(draws), rows), normal = Losses(model, new LossEstimator(draws), rows);
        for (int r = 0; r < exact.Length; r++) Assert.Equal(exact[r], balanced[r], Single * exact[r]);
        Assert.Contains(Enumerable.Range(0, exact.Length), r => Math.Abs(normal[r] - exact[r]) > 100 * Single * exact[r]);
    }

    /// <summary>With more latents mixed terms remain, but no term of a latent's own: less than normal draws err by, four times as many.</summary>
    [Fact]
    public void Beyond_that_eight_signs_err_no_more_than_thirty_two_normal_draws()
    {
        var model = Linear(12);
        float[] rows = TestModels.Rows(model.Architecture, 40, 3);
        double[] exact = Losses(model, LossEstimator.Analytic, rows);
        Assert.True(Error(LossEstimator.Default) <= Error(new LossEstimator(32)));

        double Error(LossEstimator estimator) => Losses(model, estimator, rows).Zip(exact, (l, e) => (l - e) * (l - e)).Average();
    }

    [Fact]
    public void Signs_are_antithetic_and_those_of_the_first_latents_orthogonal()
    {
        int[] order = [2, 0, 3, 1, 4];
        float[] noise = LossEstimator.Default.Noise(order);
        Assert.All(noise, e => Assert.Equal(1, Math.Abs(e)));
        for (int k = 0; k < 8; k += 2)
            for (int j = 0; j < 5; j++) Assert.Equal(noise[(k * 5) + j], -noise[((k + 1) * 5) + j]);
        for (int a = 0; a < 4; a++)
            for (int b = 0; b < a; b++) Assert.Equal(0, Product(order[a], order[b]));
        // The fifth begins another turn.
        for (int a = 0; a < 4; a++) Assert.InRange(Math.Abs(Product(order[a], order[4])), 0, 4);

        float Product(int i, int j) => Enumerable.Range(0, 8).Sum(k => noise[(k * 5) + i] * noise[(k * 5) + j]);
    }

    [Fact]
    public void Latents_are_ordered_by_the_weights_that_the_decoder_gives_them()
    {
        var architecture = TestModels.Architecture(4, 3, GaussianLikelihood.LearnedVariance);
        float[] values = TestModels.Parameters(architecture, 1).Values.ToArray();
        var first = new ParameterLayout(architecture).Decoder[0].Weight;
        for (int i = 0; i < first.Length; i++) values[first.Offset + i] = (i % 3) switch { 0 => 0.1f, 1 => -2, _ => 1 };
        Assert.Equal([1, 2, 0], LatentInfluence.Order(new VaeModel(architecture, new VaeParameters(new ParameterLayout(architecture), values), 1)));
    }

    [Fact]
    public void A_detector_keeps_its_draws_through_files()
    {
        var rows = Toy.Rows(120, 1);
        foreach (var estimator in new[] { LossEstimator.Default, LossEstimator.Balanced(4), new LossEstimator(4), LossEstimator.Analytic })
        {
            var detector = AnomalyModel.Calibrate(new VaeFit(TestModels.Model(Toy.Architecture()), null!, rows, null!), estimator, 0.1);
            using var stream = new MemoryStream();
            AnomalyModelFile.Save(detector, stream);
            stream.Position = 0;
            var again = AnomalyModelFile.Load(stream);
            Assert.Equal(estimator, again.Estimator);
            Assert.Equal(detector.ScoreAll(rows), again.ScoreAll(rows));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(12)]
    public void Only_powers_of_two_are_balanced(int draws) => Assert.Throws<ArgumentOutOfRangeException>(() => LossEstimator.Balanced(draws));

    private static VaeModel Linear(int latents) => TestModels.Model(TestModels.Architecture(9, latents, GaussianLikelihood.WithVariance(0.5), Activation.Linear, [], []));

    private static double[] Losses(VaeModel model, LossEstimator estimator, float[] rows)
    {
        int count = rows.Length / model.FeatureCount;
        var scorer = new VaeScorer(model, count, estimator);
        scorer.Score(rows, count, VaeOutputs.Loss);
        return scorer.Loss[..count].ToArray();
    }
}
