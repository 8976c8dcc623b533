namespace Microsoft.ML.Vae.Tests;

/// <summary>One row at a time gives what batches give, to the bit.</summary>
public sealed class PredictionEngineTests
{
    public static TheoryData<string> Names => Components.Names;

    [Fact]
    public void Equals_the_batch_to_the_bit()
    {
        var model = Fitted.Model("AllInOne");
        using var engine = Fitted.ML.Model.CreatePredictionEngine<Row, Decision>(model);
        var expected = Fitted.ML.Data.CreateEnumerable<Decision>(model.Transform(Fitted.Data), reuseRowObject: false);
        foreach (var (row, batch) in Row.Make(Fitted.Rows).Zip(expected)) Assert.Equal(Text(batch), Text(engine.Predict(row)));
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_column_of_every_component_equals_the_batch_to_the_bit(string name)
    {
        var mapper = Fitted.Model(name).GetRowToRowMapper(Fitted.Data.Schema);
        using var cursor = Fitted.Data.GetRowCursor(Fitted.Data.Schema);
        using var row = mapper.GetRow(cursor, mapper.OutputSchema);
        var view = Fitted.Model(name).Transform(Fitted.Data);
        var columns = Fitted.Added(view).Select(c => (c.Name, Read: Values.Reader(row, row.Schema[c.Name]), Batch: Values.Of(view, c.Name))).ToArray();
        for (int r = 0; cursor.MoveNext(); r++)
            foreach (var (column, read, batch) in columns) Assert.Equal((column, batch[r]), (column, read()));
    }

    [Theory, MemberData(nameof(Names))]
    public void Only_what_is_needed_is_asked_of_the_input(string name)
    {
        var mapper = Fitted.Model(name).GetRowToRowMapper(Fitted.Data.Schema);
        var added = Fitted.Added(Fitted.Model(name).Transform(Fitted.Data)).Select(c => mapper.OutputSchema[c.Name]);
        Assert.Equal(["A", "B", "C"], mapper.GetDependencies(added).Select(c => c.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["Text"], mapper.GetDependencies([mapper.OutputSchema["Text"]]).Select(c => c.Name));
    }

    [Fact]
    public void Eight_threads_with_an_engine_each_share_one_model()
    {
        var model = Fitted.Model("AllInOne");
        var rows = Row.Make(200);
        string[] expected = [.. Fitted.ML.Data.CreateEnumerable<Decision>(model.Transform(Fitted.ML.Data.LoadFromEnumerable(rows)), reuseRowObject: false).Select(Text)];
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            using var engine = Fitted.ML.Model.CreatePredictionEngine<Row, Decision>(model);
            Assert.Equal(expected, rows.Select(r => Text(engine.Predict(r))));
        });
    }

    [Fact]
    public void A_row_without_a_value_is_no_anomaly_and_has_no_score()
    {
        using var engine = Fitted.ML.Model.CreatePredictionEngine<Row, Decision>(Fitted.Model("AllInOne"));
        foreach (float bad in new[] { float.PositiveInfinity, float.NegativeInfinity })
        {
            var decision = engine.Predict(new Row { A = bad });
            Assert.True(float.IsNaN(decision.Score) && float.IsNaN(decision.PValue) && !decision.PredictedLabel);
            Assert.All(decision.Contributions, v => Assert.True(float.IsNaN(v)));
        }
    }

    [Fact]
    public void A_missing_value_is_imputed_and_no_reason()
    {
        using var engine = Fitted.ML.Model.CreatePredictionEngine<Row, Decision>(Fitted.Model("AllInOne"));
        var decision = engine.Predict(new Row { A = float.NaN });
        Assert.True(float.IsFinite(decision.Score) && float.IsFinite(decision.PValue));
        Assert.Equal(0, decision.Contributions[0]);
        Assert.True(float.IsFinite(decision.Reconstruction[0]));
        Assert.True(float.IsNaN(engine.Predict(new Row { A = float.NaN, B = float.NaN, C = float.NaN }).Score));
    }

    [Fact]
    public void An_absurd_row_is_an_anomaly_with_a_finite_score()
    {
        using var engine = Fitted.ML.Model.CreatePredictionEngine<Row, Decision>(Fitted.Model("AllInOne"));
        var decision = engine.Predict(new Row { A = float.MaxValue, B = float.MinValue });
        Assert.True(float.IsFinite(decision.Score) && decision.PredictedLabel);
    }

    [Fact]
    public void Contributions_and_latent_contributions_sum_to_the_score()
    {
        const double Rounding = 1e-5; // float sums of a handful of terms
        var view = Fitted.Model("AllInOne").Transform(Fitted.Data);
        var parts = view.GetColumn<float[]>("Contributions").Zip(view.GetColumn<float[]>("LatentContributions"), (a, b) => a.Concat(b).Sum(v => (double)v));
        foreach (var (score, sum) in view.GetColumn<float>("Score").Zip(parts)) Assert.Equal(1, sum / score, Rounding);
    }

    private static string Text(Decision d) => string.Join(' ', ((float[])[d.Score, d.PValue, .. d.Contributions, .. d.IsometricFeatures, .. d.Reconstruction]).Select(Values.Bits)) + d.PredictedLabel;
}
