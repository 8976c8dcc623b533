namespace Microsoft.ML.Vae.Tests;

/// <summary>A row is judged by its own values: one of another length is refused, and no buffer hands a row what the row before left in it.</summary>
public sealed class RowTests
{
    private static readonly MLContext ML = new(1);

    private static readonly Lazy<VaeTransformer> Vae = new(() => ML.Transforms.VariationalAutoencoder(Components.Vae).Fit(Vectors()));

    private static readonly Lazy<VaeAnomalyTransformer> Detector = new(() => ML.AnomalyDetection.Trainers.Vae(Components.AllInOne).Fit(Vectors()));

    /// <summary>null, nothing, too short, too long.</summary>
    public static TheoryData<float[]?, int> Lengths { get; } = new() { { null, 0 }, { [], 0 }, { [1], 1 }, { [1, 2], 2 }, { [1, 2, 3, 4], 4 } };

    [Theory, MemberData(nameof(Lengths))]
    public void A_prediction_engine_refuses_a_row_of_another_length(float[]? features, int length)
    {
        using var engine = ML.Model.CreatePredictionEngine<VectorRow, Decision>(Detector.Value);
        float before = engine.Predict(new VectorRow { Features = [9, 9, 9] }).Score;
        for (int again = 0; again < 2; again++)
        {
            AssertNames("Features", length, () => engine.Predict(new VectorRow { Features = features! }));
            Assert.Equal(before, engine.Predict(new VectorRow { Features = [9, 9, 9] }).Score);
        }
    }

    [Theory, MemberData(nameof(Lengths))]
    public void A_cursor_refuses_a_row_of_another_length(float[]? features, int length)
    {
        var rows = ML.Data.LoadFromEnumerable(VectorRow.Make([9, 9, 9], features!, [1, 2, 3]));
        foreach (ITransformer model in new ITransformer[] { Vae.Value, Detector.Value })
        {
            var view = model.Transform(rows);
            AssertNames("Features", length, () => Values.Of(view, "Latent"));
            using var cursor = view.GetRowCursor([view.Schema["Latent"]]);
            Assert.Throws<InvalidOperationException>(() => cursor.MoveNext());
            Assert.False(cursor.MoveNext(), "rows of the batch that failed were never computed");
        }
    }

    [Fact]
    public void A_failed_batch_ends_its_cursor_behind_good_rows()
    {
        var rows = ML.Data.LoadFromEnumerable(VectorRow.Make([.. Enumerable.Repeat(new float[] { 9, 9, 9 }, 600), [1, 2], [1, 2, 3]]));
        using var cursor = Vae.Value.Transform(rows).GetRowCursor(Vae.Value.GetOutputSchema(rows.Schema));
        int served = 0;
        Assert.Throws<InvalidOperationException>(() => { while (cursor.MoveNext()) served++; });
        Assert.InRange(served, 1, 599);
        Assert.False(cursor.MoveNext());
    }

    [Theory, MemberData(nameof(Lengths))]
    public void Training_refuses_a_row_of_another_length(float[]? features, int length)
    {
        var rows = ML.Data.LoadFromEnumerable(VectorRow.Make([9, 9, 9], features!, [1, 2, 3]));
        foreach (long budget in new[] { 0, 1L << 20 })
        {
            AssertNames("Features", length, () => ML.Transforms.VariationalAutoencoder(Components.Vae with { MemoryBudget = budget }).Fit(rows));
            AssertNames("Features", length, () => ML.AnomalyDetection.Trainers.Vae(Components.AllInOne with { MemoryBudget = budget }).Fit(rows));
        }
    }

    [Fact]
    public void A_sparse_row_counts_by_its_length_and_its_gaps_are_zeros()
    {
        var view = Vae.Value.Transform(RawRows.Features(Dense(9, 9, 9), Sparse(3, (1, 2f)), Sparse(3), Dense(0, 2, 0), Dense(0, 0, 0)));
        string[] latents = Values.Of(view, "Latent");
        Assert.Equal((latents[3], latents[4]), (latents[1], latents[2]));
        foreach (int length in new[] { 2, 4 })
        {
            var wrong = RawRows.Features(Dense(9, 9, 9), Sparse(length, (1, 2f)));
            AssertNames("Features", length, () => Values.Of(Vae.Value.Transform(wrong), "Latent"));
            AssertNames("Features", length, () => ML.Transforms.VariationalAutoencoder(Components.Vae).Fit(wrong));
        }
    }

    /// <summary>Behind another scorer's columns, or a faulty one of our own, it is the same.</summary>
    [Fact]
    public void Components_behind_a_VAE_refuse_latents_of_another_length()
    {
        (string, int)[] columns = [("Latent", 2), ("LatentLogVariance", 2)];
        var spoiled = new RawRows(columns, [Dense(1, 2), Dense(-1, -1)], [Dense(1), Dense(-1, -1)]);
        var importance = (LatentImportanceTransformer)Components.Last(Fitted.Model("Importance"));
        AssertNames("Latent", 1, () => Values.Of(importance.Transform(spoiled), "IsometricFeatures"), expected: 2);
        AssertNames("Latent", 1, () => Values.Of(((LatentGeometryTransformer)Components.Last(Fitted.Model("Geometry"))).Transform(spoiled), "MagnificationFactor"), expected: 2);
        AssertNames("Latent", 1, () => ML.Transforms.LatentGeometry(Components.Geometry with { Noise = null }).Fit(spoiled), expected: 2);
    }

    /// <summary>Wild rows, rows without values and sparse ones leave nothing behind, in a cursor of any batch and in one row at a time.</summary>
    [Theory, MemberData(nameof(ComponentNames))]
    public void What_came_before_changes_no_bit(string name)
    {
        Row[] wild = [new() { A = 1e30f, B = -1e30f, C = 3 }, new() { A = float.NaN, B = 5 }, new() { C = float.PositiveInfinity }];
        Row[] calm = [.. Row.Make(20, seed: 3)];
        var mixed = ML.Data.LoadFromEnumerable(calm.SelectMany((r, i) => new[] { wild[i % wild.Length], r }).ToArray());
        var (alone, among) = (Fitted.Model(name).Transform(ML.Data.LoadFromEnumerable(calm)), Fitted.Model(name).Transform(mixed));
        var mapper = Fitted.Model(name).GetRowToRowMapper(mixed.Schema);
        foreach (var column in Fitted.Added(alone))
        {
            string[] expected = Values.Of(alone, column.Name);
            Assert.Equal(expected, Values.Of(among, column.Name).Where((_, i) => i % 2 == 1));
            using var cursor = mixed.GetRowCursor(mapper.InputSchema);
            using var row = mapper.GetRow(cursor, mapper.OutputSchema);
            var read = Values.Reader(row, row.Schema[column.Name]);
            var single = new List<string>();
            while (cursor.MoveNext()) single.Add(read());
            Assert.Equal(expected, single.Where((_, i) => i % 2 == 1));
        }
    }

    public static TheoryData<string> ComponentNames => Components.Names;

    private static void AssertNames(string column, int actual, Action read, int expected = 3)
    {
        var error = Assert.Throws<InvalidOperationException>(read);
        Assert.Contains($"'{column}'", error.Message, StringComparison.Ordinal);
        Assert.Contains($"expected {expected} values, got {actual}", error.Message, StringComparison.Ordinal);
    }

    private static IDataView Vectors() => ML.Data.LoadFromEnumerable(Row.Make(Fitted.Rows).Select(r => new VectorRow { Features = [r.A, r.B, r.C] }));

    private static VBuffer<float> Dense(params float[] values) => new(values.Length, values);

    private static VBuffer<float> Sparse(int length, params (int Index, float Value)[] values) =>
        new(length, values.Length, [.. values.Select(v => v.Value)], [.. values.Select(v => v.Index)]);
}
