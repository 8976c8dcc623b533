namespace MLNetContract.Tests;

public sealed class Row
{
    public float A, B;
    public string Text;
    public bool Flag;
    public long Id;
    public double Wide { get; set; }
    [VectorType(2)] public float[] Known { get; set; }
    public float[] Unknown;

    public static List<Row> Make(int count) => Enumerable.Range(0, count).Select(i => new Row
    {
        A = i,
        B = -0.5f * i,
        Text = i % 3 == 0 ? "zebra" : i % 3 == 1 ? "ant" : "",
        Flag = i % 2 == 0,
        Id = i,
        Wide = i / 4.0,
        Known = [i, 2 * i],
        Unknown = new float[i % 3],
    }).ToList();
}

public sealed class Scored
{
    public float Label, Score;
    public bool PredictedLabel;

    public static IDataView View(MLContext ml, params (float Label, float Score)[] rows)
        => ml.Data.LoadFromEnumerable(rows.Select(r => new Scored { Label = r.Label, Score = r.Score }).ToList());
}

internal static class Read
{
    public static string SlotNames(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return string.Join('|', names.DenseValues());
    }

    public static void Throws<T>(string message, Action action) where T : Exception
    {
        var thrown = Assert.Throws<T>(action);
        Assert.Contains(message, thrown.Message, StringComparison.Ordinal);
    }
}
