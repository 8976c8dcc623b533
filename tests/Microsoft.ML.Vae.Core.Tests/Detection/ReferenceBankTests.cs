using Microsoft.ML.Vae.Core.Tests.Rows;
using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Detection;

public class ReferenceBankTests
{
    // Sums in another order, and scales and levels in single precision.
    private const double RoundOff = 1e-5;

    private static readonly VaeFitOptions Options = new() { LatentDimension = 2, HiddenWidths = [12], Training = Toy.Options };

    public static TheoryData<string> Likelihoods => [.. Parts.Likelihoods.Keys, "categorical"];

    [Fact]
    public void The_score_is_the_formula()
    {
        var fit = VaeFit.Run(Toy.Rows(300, 1), Options);
        var bank = fit.Bank!;
        var detector = AnomalyModel.Calibrate(fit, LossEstimator.Default, 0.1);
        float[] rows = Toy.Rows(40, 2).ToArray(), scaled = [.. rows];
        fit.Model.Scaling.Apply(scaled);
        var scorer = new AnomalyScorer(detector, 40);
        scorer.Score(rows, 40, VaeOutputs.Loss);
        for (int r = 0; r < 40; r++)
        {
            float[] row = scaled[(5 * r)..(5 * (r + 1))];
            int[] nearest = Banks.Nearest(bank, row);
            Assert.Equal(nearest.Take(5), scorer.NearestRows(r).ToArray());
            double[] residual = Banks.Residual(bank, row, nearest), level = [.. Enumerable.Range(0, 5).Select(i => nearest.Average(b => bank.Levels[(b * 5) + i]))];
            double[] terms = [.. Enumerable.Range(0, 5).Select(i => 2.5 * Math.Log(1 + (0.5 * scorer.Vae.FeatureLoss[(r * 5) + i])))];
            double decoder = 2.5 / 3 * Math.Log(1 + (terms.Sum() / 2.5)), n = bank.ActiveLatents.Length;
            double latents = nearest.Take(5).Average(b => n / 6 * Math.Log(1 + (bank.ActiveLatents.Select((j, a) =>
                Math.Pow((scorer.Vae.Mean[(r * 2) + j] * bank.LatentScales[j]) - bank.Coordinates[(b * bank.ActiveLatents.Length) + a], 2)).Sum() / (0.1 * n))));
            for (int i = 0; i < 5; i++)
            {
                Assert.Equal(residual[i] - (0.5 * level[i]), scorer.NeighbourContributions[(r * 5) + i], RoundOff);
                Assert.Equal(residual[i] - (0.5 * level[i]) + (decoder * terms[i] / terms.Sum()), scorer.FeatureContributions[(r * 5) + i], RoundOff);
            }
            Assert.Equal(residual.Sum() - (0.5 * level.Sum()) + decoder + latents, scorer.Scores[r], RoundOff * 10);
        }
    }

    [Fact]
    public void A_row_that_nothing_is_observed_of_leaves_the_latents_their_scales()
    {
        var model = VaeFit.Run(Toy.Rows(300, 1), Options).Model;
        var complete = Toy.Rows(100, 2);
        float[] values = [.. complete.ToArray(), .. Enumerable.Repeat(float.NaN, Toy.Features)];
        float[] scales = Banks.Of(model, complete).LatentScales.ToArray();
        Assert.Contains(scales, s => s > 0);
        Assert.Equal(scales, Banks.Of(model, new MatrixRows(values, Toy.Features)).LatentScales.ToArray());
    }

    [Fact]
    public void A_category_that_tens_of_millions_of_rows_share_has_a_share_below_one()
    {
        const long Rows = 40_000_000;
        var statistics = new ColumnStatistics(Rows, [1], [0], [1], [1], [true]);
        float share = ReferenceCategories.Of([new CategoricalBlock(0, 1, null)], statistics)!.Buffer[1];
        Assert.InRange(share, 0.999f, MathF.BitDecrement(1));
    }

    [Theory]
    [InlineData(2000, 20, 100_000)]
    [InlineData(2000, 5000, 3355)]
    [InlineData(2000, 1_000_000, 2000)]
    [InlineData(0, 20, 0)]
    public void Candidates_take_bounded_memory_and_are_never_fewer_than_the_rows_to_choose(int count, int features, int expected) =>
        Assert.Equal(expected, ReferenceSelection.Candidates(count, features));

    [Fact]
    public void Scales_and_levels_leave_each_known_row_out()
    {
        var fit = VaeFit.Run(Toy.Rows(100, 1), Options);
        var bank = fit.Bank!;
        Assert.Equal(90, bank.Count); // 80 trained, 10 chose
        foreach (int b in new[] { 0, 7, 89 })
        {
            float[] row = bank[b].ToArray();
            Assert.Equal(Banks.Residual(bank, row, Banks.Nearest(bank, row, b)), bank.Levels.AsSpan(b * 5, 5).ToArray().Select(v => (double)v), (x, y) => Math.Abs(x - y) < RoundOff);
        }
        for (int i = 0; i < 5; i++)
        {
            double squares = Enumerable.Range(0, 90).Average(b => Banks.Nearest(bank, bank[b].ToArray(), b).Take(5).Average(near => Math.Pow(bank[b][i] - bank[near][i], 2)));
            Assert.Equal(0.25 / squares, bank.NearPrecision[i], RoundOff * bank.NearPrecision[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Likelihoods))]
    public void Contributions_sum_to_the_score_under_every_likelihood(string likelihood)
    {
        var architecture = VaeArchitecture.Mirrored(5, 2, [8], Activation.Tanh, Parts.Likelihood(likelihood, 5));
        var model = new VaeModel(architecture, TestModels.Parameters(architecture, 3), 0.7);
        var detector = AnomalyModel.Calibrate(new VaeFit(model, null!, TestModels.Matrix(architecture, 30, 1), null!) { Bank = Banks.Of(model, TestModels.Matrix(architecture, 50, 2)) }, LossEstimator.Default, 0.1);
        var scorer = new AnomalyScorer(detector, 20);
        scorer.Score(TestModels.Rows(architecture, 20, 4), 20, VaeOutputs.Loss);
        for (int r = 0; r < 20; r++)
        {
            double sum = 0;
            foreach (double part in scorer.FeatureContributions.Slice(r * 5, 5)) sum += part;
            foreach (double part in scorer.LatentContributions.Slice(r * 2, 2)) sum += part;
            Assert.Equal(sum, scorer.Scores[r], 1e-12 * Math.Abs(sum));
            Assert.True(double.IsFinite(sum));
        }
    }

    [Fact]
    public void A_row_scores_the_same_bits_alone_in_any_batch_and_on_any_number_of_threads()
    {
        float[] rows = Toy.Rows(100, 2).ToArray();
        float[][] scores = [.. new[] { (1, 1), (7, 2), (100, 4) }.Select(c =>
        {
            var fit = VaeFit.Run(Toy.Rows(300, 1), Options with { ReferenceRows = 60 }, control: new TrainingControl { Threads = c.Item2 });
            var scorer = new AnomalyScorer(fit.Model, LossEstimator.Default, fit.Bank, c.Item1);
            return Enumerable.Range(0, 100 / c.Item1).SelectMany(b =>
            {
                scorer.Score(rows.AsSpan(b * c.Item1 * 5, c.Item1 * 5), c.Item1, VaeOutputs.Loss);
                return scorer.Scores.ToArray();
            }).Take(98).Select(s => (float)s).ToArray();
        })];
        Assert.All(scores, s => Assert.Equal(scores[0], s));
    }

    [Fact]
    public void No_known_row_calibrates()
    {
        var rows = Toy.Rows(200, 1);
        var fit = VaeFit.Run(rows, Options with { ReferenceRows = 50, HeldOutFraction = 0.5 });
        float[] all = rows.ToArray();
        fit.Model.Scaling.Apply(all);
        var known = Enumerable.Range(0, 50).Select(b => fit.Bank![b].ToArray()).ToArray();
        Assert.All(known, k => Assert.Contains(all.Chunk(5), r => r.SequenceEqual(k)));
        using var reader = fit.Calibration.Read(null);
        float[] calibration = new float[500], weights = new float[100];
        int count = reader.Read(calibration, weights);
        fit.Model.Scaling.Apply(calibration);
        Assert.True(count > 40);
        Assert.All(calibration.Chunk(5).Take(count), c => Assert.DoesNotContain(known, k => k.SequenceEqual(c)));
        Assert.Equal(known.Length, known.Select(k => string.Join(' ', k)).Distinct().Count());
    }

    /// <summary>Half of the rows are of one kind, a hundredth of another, far away: chance alone would often leave it out of a bank of ten.</summary>
    [Fact]
    public void No_kind_of_row_is_left_out_however_rare()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            float[] values = TestModels.Normals(2000, seed);
            for (int r = 0; r < 10; r++) values[(r * 2) + 1] += 100;
            float[] chosen = ReferenceSelection.Choose(new MatrixRows(values, 2), [1, 1], [0, 0], 10, RandomStream.FromSeed(seed));
            Assert.Equal(20, chosen.Length);
            Assert.Contains(chosen.Chunk(2), r => r[1] > 50);
            Assert.True(chosen.Chunk(2).Count(r => r[1] < 50) >= 5);
        }
    }

    [Fact]
    public void Rows_that_all_coincide_make_a_bank_too()
    {
        float[] chosen = ReferenceSelection.Choose(new MatrixRows(new float[300], 3), [1, 1, 1], [0, 0, 0], 10, RandomStream.FromSeed(1));
        Assert.Equal(30, chosen.Length);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(30)]
    public void Few_rows_constant_columns_and_repeats_score_finite(int rows)
    {
        var data = Toy.Rows(rows, 1, v => { for (int r = 0; r < rows; r++) (v[r * 5], v[(r * 5) + 1]) = (7, r % 2); });
        var fit = VaeFit.Run(data, Options);
        Assert.InRange(fit.Bank!.Count, 1, rows);
        Assert.Equal(0, fit.Bank.SearchWeights[0]);
        var scorer = new AnomalyScorer(fit.Model, LossEstimator.Default, fit.Bank, 4);
        scorer.Score([.. data[0], 8, 0, 1, 1, 1, 1e30f, -1e30f, 1e38f, 0, 0, 7, float.PositiveInfinity, 0, 0, 0], 4, VaeOutputs.Loss);
        Assert.True(double.IsFinite(scorer.Scores[0]) && scorer.Scores[1] > scorer.Scores[0] && scorer.Scores[2] > scorer.Scores[1]);
        Assert.True(double.IsFinite(scorer.Scores[2]));
        Assert.True(double.IsNaN(scorer.Scores[3]) && double.IsNaN(scorer.FeatureContributions[15]) && double.IsNaN(scorer.NeighbourContributions[15]) && double.IsNaN(scorer.LatentContributions[6]));
        Assert.All(scorer.NearestRows(3).ToArray(), b => Assert.Equal(-1, b));
        Assert.Equal(Math.Min(5, fit.Bank.Count), scorer.Known);
    }

    [Fact]
    public void Without_reference_rows_the_score_is_the_loss_per_beta()
    {
        var fit = VaeFit.Run(Toy.Rows(100, 1), Options with { ReferenceRows = 0, Training = Toy.Options with { KlWeight = 0.5 } });
        Assert.Null(fit.Bank);
        var scorer = new AnomalyScorer(fit.Model, LossEstimator.Default, null, 10);
        scorer.Score(Toy.Rows(10, 2).ToArray(), 10, VaeOutputs.Loss);
        for (int r = 0; r < 10; r++) Assert.Equal(scorer.Vae.Loss[r] / 0.5, scorer.Scores[r]);
        Assert.True(scorer.NeighbourContributions.IsEmpty && scorer.NearestRows(0).IsEmpty);
    }

    /// <summary>A stream's bank is chosen from a bounded draw of its rows, all of it as likely as the first.</summary>
    [Fact]
    public void A_stream_fills_its_bank_from_all_of_its_rows()
    {
        const int Rows = 2000;
        var stream = new RowReading.Stream(Toy.Rows(Rows, 1, values => { for (int r = 0; r < Rows; r++) values[r * 5] = r; }));
        var split = SurveyedSplit.Of(stream, 0.2, RandomStream.FromSeed(3), 100, 100, null);
        Assert.Equal(100, split.Candidates.RowCount);
        double mean = Enumerable.Range(0, 100).Average(r => split.Candidates[r][0]);
        Assert.InRange(mean, 1000 - (4 * 58), 1000 + (4 * 58)); // 577/√100
        var fit = VaeFit.Run(stream, Options with { ReferenceRows = 40, Training = Toy.Options with { Steps = 5 } });
        Assert.Equal(40, fit.Bank!.Count);
    }
}
