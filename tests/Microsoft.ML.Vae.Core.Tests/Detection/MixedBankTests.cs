using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Detection;

public class MixedBankTests
{
    // Shares and levels in single precision.
    private const double RoundOff = 1e-5;

    private static readonly FeatureColumn[] Columns = [new("amount", 0, 1, ColumnKind.Continuous), new("colour", 1, 3, ColumnKind.Category), new("is new", 4, 1, ColumnKind.Binary)];

    private static readonly VaeFitOptions Options = new() { LatentDimension = 2, HiddenWidths = [12], Columns = Columns, Training = Toy.Options };

    /// <summary>The third colour is rare; the flag follows the amount.</summary>
    private static float[] Rows(int count, int seed)
    {
        float[] normals = TestModels.Normals(count, seed), rows = new float[count * 5];
        for (int r = 0; r < count; r++)
        {
            rows[r * 5] = normals[r];
            rows[(r * 5) + 1 + (r % 10 == 9 ? 2 : r % 2)] = 1;
            rows[(r * 5) + 4] = normals[r] > 0 ? 1 : 0;
        }
        return rows;
    }

    private static VaeFit Fit(float[] rows) => VaeFit.Run(new MatrixRows(rows, 5), Options);

    [Fact]
    public void Categories_and_flags_are_compared_by_surprise()
    {
        var fit = Fit(Rows(300, 1));
        var bank = fit.Bank!;
        Assert.Equal([(1, 3), (4, 1)], bank.Categories!.Blocks);
        float[] rows = Rows(20, 2), scaled = [.. rows];
        fit.Model.Scaling.Apply(scaled);
        var scorer = new AnomalyScorer(fit.Model, LossEstimator.Default, bank, 20);
        scorer.Score(rows, 20, VaeOutputs.Loss);
        for (int r = 0; r < 20; r++)
        {
            int[] nearest = Banks.Nearest(bank, scaled[(5 * r)..(5 * (r + 1))]);
            double Level(int i) => nearest.Average(b => bank.Levels[(b * 5) + i]);
            double Probability(int i) => (nearest.Sum(b => (double)bank[b][i]) + bank.Categories.Share(i)) / 21;
            int hot = Array.IndexOf(rows, 1f, (5 * r) + 1, 3) % 5;
            double colour = 0;
            for (int i = 1; i < 4; i++) colour += scorer.NeighbourContributions[(5 * r) + i] + (0.5 * Level(i));
            Assert.Equal(-0.5 * Math.Log(Probability(hot)), colour, RoundOff);
            double flag = Probability(4);
            Assert.Equal((-0.5 * Math.Log(rows[(5 * r) + 4] == 1 ? flag : 1 - flag)) - (0.5 * Level(4)), scorer.NeighbourContributions[(5 * r) + 4], RoundOff);
            for (int j = 0; j < 2; j++) Assert.Equal(scorer.Vae.LatentLoss[(2 * r) + j] / 3, scorer.LatentContributions[(2 * r) + j], RoundOff);
        }
    }

    [Fact]
    public void Two_categories_are_as_far_apart_as_both_surprise()
    {
        var bank = Fit(Rows(300, 1)).Bank!;
        foreach (int i in new[] { 1, 2, 3 }) Assert.Equal(-Math.Log(bank.Categories!.Share(i)), Math.Pow(bank.SearchWeights[i], 2), RoundOff);
        Assert.InRange(bank.Categories!.Share(3), 0.05, 0.15);
    }

    [Fact]
    public void A_colour_that_nobody_saw_surprises_more_than_any_other()
    {
        var fit = Fit(Rows(300, 1));
        var scorer = new AnomalyScorer(fit.Model, LossEstimator.Default, fit.Bank, 4);
        scorer.Score([0.1f, 1, 0, 0, 1, 0.1f, 0, 1, 0, 1, 0.1f, 0, 0, 1, 1, 0.1f, 0, 0, 0, 1], 4, VaeOutputs.Loss);
        double Colour(int r) => scorer.NeighbourContributions[(5 * r) + 1] + scorer.NeighbourContributions[(5 * r) + 2] + scorer.NeighbourContributions[(5 * r) + 3];
        Assert.True(Colour(3) > Colour(2) && Colour(2) > Math.Max(Colour(0), Colour(1)));
    }

    [Fact]
    public void Known_categories_survive_a_file()
    {
        var detector = AnomalyModel.Calibrate(Fit(Rows(300, 1)), LossEstimator.Default, 0.1);
        var stream = new MemoryStream();
        AnomalyModelFile.Save(detector, stream);
        stream.Position = 0;
        var loaded = AnomalyModelFile.Load(stream);
        Assert.Equal(detector.Bank!.Categories!.Buffer, loaded.Bank!.Categories!.Buffer);
        var rows = new MatrixRows(Rows(20, 2), 5);
        Assert.Equal(detector.ScoreAll(rows), loaded.ScoreAll(rows));
    }

    [Fact]
    public void Training_rows_with_gaps_are_remembered_imputed()
    {
        float[] rows = Rows(300, 1);
        for (int r = 0; r < 300; r += 3) rows[r * 5] = float.NaN;
        for (int r = 1; r < 300; r += 4) rows.AsSpan((r * 5) + 1, 3).Fill(float.NaN);
        rows.AsSpan(0, 5).Fill(float.NaN);
        var fit = Fit(rows);
        var bank = fit.Bank!;
        Assert.InRange(bank.Count, 260, 270);
        for (int b = 0; b < bank.Count; b++)
        {
            Assert.True(bank[b].IndexOf(float.NaN) < 0);
            Assert.Equal(1, bank[b][1] + bank[b][2] + bank[b][3], RoundOff);
        }
        Assert.Contains(Enumerable.Range(0, bank.Count), b => bank[b][1] is > 0 and < 1);
        var scorer = new AnomalyScorer(fit.Model, LossEstimator.Default, bank, 1);
        scorer.Score([float.NaN, 0, 0, 1, 0], 1, VaeOutputs.Loss);
        Assert.True(double.IsFinite(scorer.Scores[0]));
        Assert.Equal(0, scorer.NeighbourContributions[0]);
    }

    [Fact]
    public void Rows_without_anything_observed_make_no_bank()
    {
        float[] rows = new float[200];
        Array.Fill(rows, float.NaN);
        Assert.Null(Fit(rows).Bank);
    }

    /// <summary>Half of a column unobserved: its scale is that of the observed half, not of half as many squares.</summary>
    [Fact]
    public void Gaps_do_not_narrow_the_scales()
    {
        float[] rows = TestModels.Normals(4000, 3), gaps = [.. rows];
        for (int r = 0; r < 1000; r += 2) gaps[r * 4] = float.NaN;
        var options = new VaeFitOptions { LatentDimension = 2, HiddenWidths = [12], Training = Toy.Options };
        ReferenceBank complete = VaeFit.Run(new MatrixRows(rows, 4), options).Bank!, incomplete = VaeFit.Run(new MatrixRows(gaps, 4), options).Bank!;
        Assert.InRange(incomplete.NearPrecision[0] / complete.NearPrecision[0], 0.5, 2);
    }
}
