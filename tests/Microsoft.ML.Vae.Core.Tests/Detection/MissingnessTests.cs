using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Detection;

public class MissingnessTests
{
    // Half of the test rows break the rule of what may be missing, and nothing else: blind, a detector guesses, but that rows with gaps score a little lower or higher.
    private const double FarAboveChance = 0.95, NearChance = 0.75;

    private static readonly FeatureColumn[] Columns = [new("amount", 0, 1, ColumnKind.Continuous), new("colour", 1, 2, ColumnKind.Category), new("age", 3, 1, ColumnKind.Continuous)];

    private static readonly VaeFitOptions Options = new() { LatentDimension = 2, HiddenWidths = [16], Columns = Columns, Training = new() { Steps = 800, Seed = 1 } };

    /// <summary>Of blue rows the age is missing, of red ones it is there; anomalies have it the other way round. The amount is never missing.</summary>
    private static float[] Rows(int count, int seed, bool isAnomalous = false)
    {
        float[] normals = TestModels.Normals(2 * count, seed), rows = new float[count * 4];
        for (int r = 0; r < count; r++)
        {
            bool isBlue = r % 2 == 0;
            rows[r * 4] = normals[2 * r];
            rows[(r * 4) + (isBlue ? 1 : 2)] = 1;
            rows[(r * 4) + 3] = isBlue != isAnomalous ? float.NaN : normals[(2 * r) + 1];
        }
        return rows;
    }

    private static AnomalyModel Train(bool includesMissingness, int referenceRows = 200) => AnomalyModel.Calibrate(
        VaeFit.Run(new MatrixRows(Rows(600, 1), 4), Options with { IncludeMissingness = includesMissingness, ReferenceRows = referenceRows }, ["amount", "colour.blue", "colour.red", "age"]), LossEstimator.Default, 0.05);

    private static double Auroc(AnomalyModel model)
    {
        var scores = model.ScoreAll(new MatrixRows(Rows(200, 2).Concat(Rows(200, 3, isAnomalous: true)).ToArray(), 4));
        return DetectionMetrics.Compute(scores, [.. Enumerable.Range(0, 400).Select(r => r >= 200)]).AreaUnderRocCurve;
    }

    [Theory]
    [InlineData(0), InlineData(200)]
    public void What_is_missing_where_it_should_not_be_is_found(int referenceRows)
    {
        Assert.InRange(Auroc(Train(includesMissingness: true, referenceRows)), FarAboveChance, 1);
        Assert.InRange(Auroc(Train(includesMissingness: false, referenceRows)), 1 - NearChance, NearChance);
    }

    [Fact]
    public void Rows_stay_as_they_are_and_flags_stand_behind_them()
    {
        var model = Train(includesMissingness: true);
        Assert.Equal((4, 7), (model.Vae.InputCount, model.Vae.FeatureCount));
        Assert.Equal([0, 1, 3], model.Vae.Watched);
        Assert.Equal(["amount missing", "colour missing", "age missing"], model.Vae.FeatureNames.Skip(4));
        Assert.Equal(["amount", "colour", "age", "amount missing", "colour missing", "age missing"], model.Vae.Columns.Select(c => c.Name));
        float[] rows = Rows(10, 4), flagged = new float[70];
        GapFlags.Append(rows, model.Vae.Watched, 10, flagged);
        AnomalyScorer plain = new(model, 10), given = new(model, 10);
        plain.Score(rows, 10, VaeOutputs.Loss);
        given.Score(flagged, 10, VaeOutputs.Loss);
        Assert.Equal(given.Scores, plain.Scores);
        for (int r = 0; r < 10; r++)
        {
            double sum = 0;
            foreach (double part in plain.FeatureContributions.Slice(7 * r, 7)) sum += part;
            foreach (double part in plain.LatentContributions.Slice(2 * r, 2)) sum += part;
            Assert.Equal(plain.Scores[r], sum, 1e-9 * Math.Abs(sum));
        }
    }

    [Fact]
    public void The_reason_names_the_column_that_is_missing_or_there()
    {
        var explainer = new Explainer(Train(includesMissingness: true));
        Assert.Contains(explainer.Explain([0.1f, 0, 1, float.NaN]), r => (r.Column, r.Found, r.Expected) == ("age", "missing", "present"));
        Assert.Contains(explainer.Explain([0.1f, 1, 0, 0.2f]), r => (r.Column, r.Found, r.Expected) == ("age", "present", "missing"));
        var never = explainer.Explain([float.NaN, 0, 1, 0.2f])[0];
        Assert.Equal(("amount", "missing", "present"), (never.Column, never.Found, never.Expected));
    }

    [Fact]
    public void A_row_of_gaps_alone_has_no_score() =>
        Assert.Equal([float.NaN], Train(includesMissingness: true).ScoreAll(new MatrixRows(new[] { float.NaN, float.NaN, float.NaN, float.NaN }, 4)));

    [Fact]
    public void A_saved_detector_scores_alike()
    {
        var model = Train(includesMissingness: true);
        using var stream = new MemoryStream();
        AnomalyModelFile.Save(model, stream);
        var rows = new MatrixRows(Rows(20, 5).Concat(Rows(20, 6, isAnomalous: true)).ToArray(), 4);
        Assert.Equal(model.ScoreAll(rows), AnomalyModelFile.Load(new MemoryStream(stream.ToArray())).ScoreAll(rows));
    }

    [Fact]
    public void It_needs_missing_values_and_our_own_network()
    {
        var rows = new MatrixRows(Rows(60, 1), 4);
        Assert.Throws<ArgumentException>(() => VaeFit.Run(rows, Options with { IncludeMissingness = true, AcceptMissing = false }));
        Assert.Throws<ArgumentException>(() => VaeFit.Run(rows, Options with { IncludeMissingness = true, Columns = null, Network = VaeArchitecture.Mirrored(4, 2, 8) }));
    }

    [Fact]
    public void A_model_that_watches_goes_on_watching_and_refuses_to_go_on_without_missing_values()
    {
        var start = Train(includesMissingness: true).Vae;
        int read = 0;
        var rows = new WrappedRows(new MatrixRows(Rows(60, 2), 4), reader =>
        {
            read++;
            return reader;
        });
        var brief = Options with { StartFrom = start, Training = Options.Training with { Steps = 5 } };
        Assert.Contains("AcceptMissing", Assert.Throws<ArgumentException>(() => VaeFit.Run(rows, brief with { AcceptMissing = false })).Message, StringComparison.Ordinal);
        Assert.Equal(0, read);
        Assert.Equal(start.Watched, VaeFit.Run(rows, brief).Model.Watched);
    }

    [Fact]
    public void Flags_do_not_make_rows_more_complete()
    {
        // Every twelfth of the values is missing, and every flag is there.
        float[] rows = Rows(600, 1);
        for (int r = 0; r < 600; r++) rows[(r * 4) + 3] = r % 3 == 0 ? float.NaN : 1 + (r % 7);
        int Rounds(bool includesMissingness) => VaeFit.Run(new MatrixRows(rows, 4), Options with { IncludeMissingness = includesMissingness, Training = Options.Training with { Steps = 5 } }).Model.Missing!.Rounds;
        Assert.Equal(MissingValues.RoundsAfterMissingValues, Rounds(false));
        Assert.Equal(MissingValues.RoundsAfterMissingValues, Rounds(true));
    }

    [Fact]
    public void The_density_of_held_out_rows_needs_complete_rows_and_may_watch()
    {
        var model = Train(includesMissingness: true).Vae;
        var complete = new MatrixRows(Rows(200, 3).Chunk(4).Where(r => !r.Any(float.IsNaN)).SelectMany(r => r).ToArray(), 4);
        Assert.InRange(HeldOutDensity.LogDensity(model, complete), -20, 20);
        Assert.Contains("f3", Assert.Throws<ArgumentException>(() => HeldOutDensity.LogDensity(VaeFit.Run(complete, Options).Model, new MatrixRows(Rows(20, 3), 4))).Message, StringComparison.Ordinal);
        Assert.Contains("4 features, got 7", Assert.Throws<ArgumentException>(() => HeldOutDensity.LogDensity(model, new MatrixRows(new float[14], 7))).Message, StringComparison.Ordinal);
    }
}
