namespace Microsoft.ML.Vae.Tests;

/// <summary>Nothing is computed that was not asked for: rows are counted where they pass the encoder and the decoder.</summary>
public sealed class ActivityTests
{
    private const int Rows = Fitted.Rows, Draws = 8;

    [Theory]
    [InlineData("Vae", "Text", 0, 0)]
    [InlineData("Vae", "Latent", Rows, 0)]
    [InlineData("Vae", "LatentLogVariance", Rows, 0)]
    [InlineData("Vae", "Reconstruction", Rows, Rows)]
    [InlineData("Vae", "Loss", Rows, Rows * Draws)]
    [InlineData("Vae", "Loss,FeatureLoss,LatentLoss,Latent,Text", Rows, Rows * Draws)]
    [InlineData("Vae", "LogVolumeRatio", Rows, Rows)]
    [InlineData("AllInOne", "Text,Extra", 0, 0)]
    [InlineData("AllInOne", "Latent", Rows, 0)]
    [InlineData("AllInOne", "IsometricFeatures", Rows, 0)]
    [InlineData("AllInOne", "Reconstruction", Rows, Rows)]
    [InlineData("AllInOne", "PredictedLabel", Rows, Rows * Draws)]
    [InlineData("AllInOne", "Score,PValue,PredictedLabel,LogDensity,Contributions,LatentContributions", Rows, Rows * (Draws + 1))]
    public void A_cursor_computes_what_its_columns_need(string component, string columns, int encoded, int decoded)
    {
        var (view, counts) = Counted(component);
        using (var cursor = view.GetRowCursor(columns.Split(',').Select(c => view.Schema[c])))
            while (cursor.MoveNext()) { }
        Assert.Equal((encoded, decoded), counts.RowsComputed);
    }

    [Fact]
    public void One_row_costs_one_batch()
    {
        var (view, counts) = Counted("Vae");
        using var cursor = view.GetRowCursor([view.Schema["Latent"]]);
        Assert.Equal(0, counts.RowsComputed.Encoded);
        cursor.MoveNext();
        Assert.Equal(Fitted.Vae.BatchSize, counts.RowsComputed.Encoded);
    }

    [Fact]
    public void Transform_and_count_read_nothing()
    {
        var (view, counts) = Counted("Vae");
        Assert.Equal(Rows, view.GetRowCount());
        Assert.Equal(0, counts.Bound);
    }

    /// <summary>A prediction engine marks every column active; what its output type does not read stays uncomputed.</summary>
    [Theory]
    [InlineData("Vae", "Text", 0, 0)]
    [InlineData("Vae", "Latent", 1, 0)]
    [InlineData("Vae", "Reconstruction,Latent", 1, 1)]
    [InlineData("AllInOne", "Latent,IsometricFeatures", 1, 0)]
    [InlineData("AllInOne", "Score,Contributions", 1, Draws)]
    public void A_single_row_computes_what_its_getters_need(string component, string columns, int encoded, int decoded)
    {
        var (mapping, source) = Mapping(component);
        var rows = new MappedRows(mapping, source.Schema);
        using var cursor = source.GetRowCursor(source.Schema);
        using var row = rows.GetRow(cursor, rows.OutputSchema);
        var readers = columns.Split(',').Select(c => Values.Reader(row, row.Schema[c])).ToArray();
        cursor.MoveNext();
        foreach (var read in readers) read();
        Assert.Equal((encoded, decoded), mapping.RowsComputed);
        foreach (var read in readers) read();
        Assert.Equal((encoded, decoded), mapping.RowsComputed);
        cursor.MoveNext();
        foreach (var read in readers) read();
        Assert.Equal((2 * encoded, 2 * decoded), mapping.RowsComputed);
    }

    [Fact]
    public void Getters_asked_for_late_join_the_row()
    {
        var (mapping, source) = Mapping("AllInOne");
        var rows = new MappedRows(mapping, source.Schema);
        using var cursor = source.GetRowCursor(source.Schema);
        using var row = rows.GetRow(cursor, rows.OutputSchema);
        var latent = Values.Reader(row, row.Schema["Latent"]);
        cursor.MoveNext();
        string first = latent();
        string score = Values.Reader(row, row.Schema["Score"])();
        Assert.Equal(first, latent());
        Assert.Equal(Values.Of(Fitted.Model("AllInOne").Transform(Fitted.Data), "Score")[0], score);
        cursor.MoveNext();
        Assert.NotEqual(first, latent());
    }

    private (IDataView View, CountingTransformer Counts) Counted(string component)
    {
        var (mapping, source) = Mapping(component);
        return (mapping.Transform(source), mapping);
    }

    private static (CountingTransformer Mapping, IDataView Source) Mapping(string component) =>
        (new CountingTransformer((RowTransformer)Components.Last(Fitted.Model(component))), Components.Features(Fitted.ML).Fit(Fitted.Data).Transform(Fitted.Data));
}
