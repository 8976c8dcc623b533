using Microsoft.ML.Data;

namespace Microsoft.ML.Vae;

/// <summary>Added columns: types and annotations.</summary>
internal static class OutputColumn
{
    private const string SlotNamesKind = "SlotNames", ScoreSetId = "ScoreColumnSetId", ScoreKind = "ScoreColumnKind", ScoreValueKind = "ScoreValueKind";

    public static DataViewSchema.DetachedColumn Scalar(string name, Action<DataViewSchema.Annotations.Builder>? annotate = null) => new(name, NumberDataViewType.Single, Annotations(annotate));

    public static DataViewSchema.DetachedColumn Vector(string name, IReadOnlyList<string> slots, Action<DataViewSchema.Annotations.Builder>? annotate = null) =>
        new(name, new VectorDataViewType(NumberDataViewType.Single, slots.Count), Annotations(b =>
        {
            b.Add(SlotNamesKind, new VectorDataViewType(TextDataViewType.Instance, slots.Count), (ref VBuffer<ReadOnlyMemory<char>> value) => OutputValue.Write(ref value, [.. slots.Select(n => n.AsMemory())]));
            annotate?.Invoke(b);
        }));

    /// <summary>Whole numbers.</summary>
    public static DataViewSchema.DetachedColumn Indices(string name, int count) => new(name, new VectorDataViewType(NumberDataViewType.Int32, count), null);

    /// <summary>Score and PredictedLabel carry the annotations by which ML.NET's evaluators know them.</summary>
    public static DataViewSchema.DetachedColumn Scored(string name, DataViewType type) => new(name, type, Annotations(b =>
    {
        b.AddPrimitiveValue(ScoreSetId, new KeyDataViewType(typeof(uint), int.MaxValue), 1u);
        b.AddPrimitiveValue(ScoreKind, TextDataViewType.Instance, "AnomalyDetection".AsMemory());
        b.AddPrimitiveValue(ScoreValueKind, TextDataViewType.Instance, name.AsMemory());
    }));

    /// <summary>The promise of the input's columns with ours added; ours hide equal names, as in the actual schema. Of the added columns only the sizes may differ from the actual ones.</summary>
    public static SchemaShape Promise(SchemaShape input, IEnumerable<DataViewSchema.DetachedColumn> added)
    {
        var builder = new DataViewSchema.Builder();
        foreach (var column in added) builder.AddColumn(column.Name, column.Type, column.Annotations);
        var columns = input.ToDictionary(c => c.Name);
        foreach (var column in Internals.ShapeOf(builder.ToSchema())) columns[column.Name] = column;
        return new SchemaShape(columns.Values);
    }

    private static DataViewSchema.Annotations? Annotations(Action<DataViewSchema.Annotations.Builder>? add)
    {
        if (add is null) return null;
        var builder = new DataViewSchema.Annotations.Builder();
        add(builder);
        return builder.ToAnnotations();
    }
}
