using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Scoring;

/// <summary>NaN is a missing value: masked in training, imputed and left out in scoring, and of no account where nothing is missing.</summary>
public sealed class MissingValuesTests
{
    private const VaeOutputs All = VaeOutputs.Posterior | VaeOutputs.Reconstruction | VaeOutputs.Loss;

    private static readonly VaeFitOptions Options = new() { LatentDimension = 2, HiddenWidths = [16], ReferenceRows = 0, Training = Toy.Options with { Steps = 400 } };

    private static readonly VaeFit Fit = VaeFit.Run(Toy.Rows(2000, 1), Options);

    [Fact]
    public void Complete_rows_score_the_same_to_the_bit_whether_missing_values_are_accepted_or_not()
    {
        float[] rows = Toy.Rows(50, 2).ToArray();
        var refused = VaeFit.Run(Toy.Rows(2000, 1), Options with { AcceptMissing = false }).Model;
        Assert.Null(refused.Missing);
        Assert.Equal(refused.Parameters.Values.ToArray(), Fit.Model.Parameters.Values.ToArray());
        Assert.Equal(Score(refused, rows).Loss, Score(Fit.Model, rows).Loss);
    }

    [Fact]
    public void A_missing_value_contributes_nothing_and_costs_the_mean_of_its_feature()
    {
        float[] row = Toy.Rows(1, 3).ToArray();
        row[2] = float.NaN;
        var (loss, features, latents, _) = Score(Fit.Model, row);
        Assert.Equal(0, features[2]);
        Assert.Equal(features.Sum() + latents.Sum() + Fit.Model.Missing!.Costs[2], loss[0], 1e-9);
    }

    [Theory]
    [InlineData(true, float.NaN, false)]
    [InlineData(true, float.PositiveInfinity, false)]
    [InlineData(false, float.NaN, false)]
    [InlineData(true, 0.5f, true)]
    public void Nothing_observed_or_an_infinity_or_a_refused_gap_gives_no_score(bool isAccepted, float first, bool hasScore)
    {
        float[] row = [first, float.NaN, float.NaN, float.NaN, float.NaN];
        var model = isAccepted ? Fit.Model : Fit.Model.WithMissing(null);
        Assert.Equal(hasScore, !double.IsNaN(Score(model, row).Loss[0]));
    }

    [Fact]
    public void A_row_is_judged_by_itself_whatever_is_missing_beside_it()
    {
        float[] rows = WithGaps(Toy.Rows(30, 4).ToArray(), 0.3, 5);
        var whole = Score(Fit.Model, rows);
        for (int r = 0; r < 30; r++) Assert.Equal(whole.Loss[r], Score(Fit.Model, rows[(r * Toy.Features)..((r + 1) * Toy.Features)]).Loss[0]);
    }

    /// <summary>Calibrated on complete rows alone.</summary>
    [Theory]
    [InlineData(0.2, 0.02, 0.09)]
    [InlineData(0.5, 0.005, 0.11)]
    public void The_false_alarm_rate_is_nearly_kept_whatever_is_missing(double share, double low, double high)
    {
        var detector = AnomalyModel.Calibrate(Fit, LossEstimator.Default, 0.05);
        double[] losses = Score(detector.Vae, WithGaps(Toy.Rows(2000, 6).ToArray(), share, 7)).Loss;
        Assert.InRange(losses.Average(l => l > detector.Threshold ? 1.0 : 0), low, high);
    }

    [Fact]
    public void Reconstruction_imputes_better_than_the_mean()
    {
        float[] rows = Toy.Rows(500, 8).ToArray(), gaps = [.. rows];
        for (int r = 0; r < 500; r++) gaps[(r * Toy.Features) + 4] = float.NaN; // x₀ − x₁
        float[] reconstruction = Score(Fit.Model, gaps).Reconstruction;
        double error = 0, spread = 0;
        for (int i = 4; i < rows.Length; i += Toy.Features) (error, spread) = (error + Math.Pow(reconstruction[i] - rows[i], 2), spread + (rows[i] * rows[i]));
        Assert.InRange(error / spread, 0, 0.25);
    }

    [Fact]
    public void Training_on_rows_with_gaps_learns_nearly_what_complete_rows_teach()
    {
        var rows = new MatrixRows(WithGaps(Toy.Rows(2000, 1).ToArray(), 0.3, 9), Toy.Features);
        var fit = VaeFit.Run(rows, Options);
        Assert.Equal(TrainingOutcome.Completed, fit.Training.Outcome);
        Assert.Equal(MissingValues.RoundsAfterMissingValues, fit.Model.Missing!.Rounds);
        Assert.Equal(MissingValues.RoundsAfterCompleteRows, Fit.Model.Missing!.Rounds);
        float[] test = Toy.Rows(500, 10).ToArray(), mixed = [.. test];
        for (int r = 0; r < 500; r++) mixed[(r * Toy.Features) + 3] = -test[(r * Toy.Features) + 3] + 1; // sin x₀ no longer
        Assert.InRange(Score(fit.Model, mixed).Loss.Average() / Score(fit.Model, test).Loss.Average(), 1.5, double.PositiveInfinity);
    }

    [Fact]
    public void Where_no_row_is_complete_latents_are_measured_all_the_same()
    {
        float[] rows = Toy.Rows(1000, 1).ToArray();
        for (int r = 0; r < 1000; r++) rows[(r * Toy.Features) + (r % Toy.Features)] = float.NaN;
        var fit = VaeFit.Run(new MatrixRows(rows, Toy.Features), Options);
        var detector = AnomalyModel.Calibrate(fit, LossEstimator.Default, 0.1);
        Assert.NotEmpty(fit.Model.ActiveLatents);
        Assert.Equal(fit.Model.ActiveLatents, detector.Vae.ActiveLatents);
        Assert.Equal(100, detector.Isometry.Rows);
        Assert.All(fit.Model.Missing!.Costs, c => Assert.True(c > 0));
    }

    [Fact]
    public void What_is_missing_has_no_gradient_and_a_streamed_training_takes_the_same_steps()
    {
        float[] rows = WithGaps(Toy.Rows(200, 11).ToArray(), 0.3, 12);
        string csv = string.Join('\n', rows.Chunk(Toy.Features).Select(r => string.Join(',', r.Select(v => float.IsNaN(v) ? "" : v.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))));
        using var folder = new TemporaryFolder();
        string path = folder.File("rows.csv");
        File.WriteAllText(path, csv);
        var options = Options with { HeldOutFraction = 0, Training = Toy.Options with { BatchSize = 256 } };
        var (memory, stream) = (VaeFit.Run(new MatrixRows(rows, Toy.Features), options), VaeFit.Run(new CsvRows(path, new CsvOptions { HasHeader = false }), options));
        Assert.Equal(memory.Training.Outcome, stream.Training.Outcome);
        Assert.All(stream.Model.Parameters.Values.ToArray(), v => Assert.True(float.IsFinite(v)));
    }

    [Fact]
    public void A_bank_meets_what_is_missing_imputed_and_training_rows_with_gaps_make_one_too()
    {
        var complete = AnomalyModel.Calibrate(VaeFit.Run(Toy.Rows(600, 1), Options with { ReferenceRows = 50 }), LossEstimator.Default, 0.1);
        Assert.NotNull(complete.Bank);
        Assert.NotNull(VaeFit.Run(new MatrixRows(WithGaps(Toy.Rows(600, 1).ToArray(), 0.2, 3), Toy.Features), Options with { ReferenceRows = 50 }).Bank);
        var scorer = new AnomalyScorer(complete, 1);
        float[] row = Toy.Rows(1, 3).ToArray();
        row[2] = float.NaN;
        scorer.Score(row, 1, VaeOutputs.Loss);
        Assert.Equal((0.0, 0.0), (scorer.FeatureContributions[2], scorer.NeighbourContributions[2]));
        Assert.True(double.IsFinite(scorer.Scores[0]));
        Assert.Equal(scorer.Scores[0], scorer.FeatureContributions.ToArray().Sum() + scorer.LatentContributions.ToArray().Sum(), 1e-9);
    }

    [Fact]
    public void Refused_gaps_are_named_before_training()
    {
        var rows = new MatrixRows(WithGaps(Toy.Rows(100, 1).ToArray(), 0.1, 13), Toy.Features);
        string message = Assert.Throws<InvalidOperationException>(() => VaeFit.Run(rows, Options with { AcceptMissing = false }, ["a", "b", "c", "d", "e"])).Message;
        Assert.Contains("'a'", message, StringComparison.Ordinal);
        Assert.Contains(nameof(VaeFitOptions.AcceptMissing), message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_is_missing_as_a_whole()
    {
        var observed = ObservedValues.Of(new MixedLikelihood(new LikelihoodSlot(GaussianLikelihood.LearnedVariance, 1), new LikelihoodSlot(new CategoricalLikelihood(2, 3), 5)), 6)!;
        float[] rows = [float.NaN, 1, 0, 0, float.NaN, 1, 2, 0, 1, 1, 0, 0], mask = new float[12];
        observed.Separate(rows, mask);
        Assert.Equal([0, 1, 0, 0, 0, 0, 2, 0, 1, 1, 0, 0], rows);
        Assert.Equal([0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1], mask);
    }

    [Fact]
    public void A_saved_model_treats_them_alike()
    {
        var stream = new MemoryStream();
        VaeModelFile.Save(Fit.Model, stream);
        stream.Position = 0;
        float[] rows = WithGaps(Toy.Rows(20, 14).ToArray(), 0.4, 15);
        Assert.Equal(Score(Fit.Model, rows).Loss, Score(VaeModelFile.Load(stream), rows).Loss);
    }

    internal static float[] WithGaps(float[] rows, double share, int seed)
    {
        var random = RandomStream.FromSeed(seed);
        for (int i = 0; i < rows.Length; i++)
            if (random.Uniform(i) < share) rows[i] = float.NaN;
        return rows;
    }

    private static (double[] Loss, double[] Features, double[] Latents, float[] Reconstruction) Score(VaeModel model, float[] rows)
    {
        int count = rows.Length / model.FeatureCount;
        var scorer = new VaeScorer(model, count, LossEstimator.Default);
        scorer.Score(rows, count, All);
        return (scorer.Loss.ToArray(), scorer.FeatureLoss.ToArray(), scorer.LatentLoss.ToArray(), scorer.Reconstruction.ToArray());
    }
}
