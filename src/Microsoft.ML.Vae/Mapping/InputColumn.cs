using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Checks of input columns, in the words that ML.NET's own trainers use.</summary>
internal static class InputColumn
{
    /// <summary>A known-size vector of Single.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing, of another type, of unknown or of wrong size.</exception>
    public static int CheckVector(IExceptionContext context, DataViewSchema schema, string name, string role, int? size = null)
    {
        var column = Find(context, schema, name, role);
        if (column.Type is VectorDataViewType { IsKnownSize: true } v && v.ItemType == NumberDataViewType.Single && (size is null || v.Size == size)) return v.Size;
        throw Mismatch(context, name, role, size is null ? "known-size vector of Single" : $"Vector<Single, {size}>", $"{column.Type}{(column.Type is VectorDataViewType { IsKnownSize: false } ? " of unknown size" : "")}");
    }

    /// <summary>A scalar Single.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public static void CheckScalar(IExceptionContext context, DataViewSchema schema, string name, string role)
    {
        var column = Find(context, schema, name, role);
        if (column.Type != NumberDataViewType.Single) throw Mismatch(context, name, role, "Single", column.Type.ToString()!);
    }

    /// <summary>The same checks on a promise.</summary>
    public static void CheckShape(IExceptionContext context, SchemaShape schema, string name, string role, SchemaShape.Column.VectorKind kind)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var column = schema.FirstOrDefault(c => c.Name == name);
        if (column.Name is null) throw Missing(context, name, role);
        if (column.Kind != kind || column.IsKey || column.ItemType != NumberDataViewType.Single)
            throw Mismatch(context, name, role, kind == SchemaShape.Column.VectorKind.Vector ? "Vector<Single>" : "Single", Internals.TypeOf(column));
    }

    /// <summary>The slot names of a vector column, or <paramref name="prefix"/>0, <paramref name="prefix"/>1, … where it has none.</summary>
    public static IReadOnlyList<string> SlotNames(DataViewSchema.Column column, string prefix)
    {
        int size = ((VectorDataViewType)column.Type).Size;
        var names = default(VBuffer<ReadOnlyMemory<char>>);
        if (column.HasSlotNames()) column.GetSlotNames(ref names);
        return [.. Enumerable.Range(0, size).Select(i => names.Length == size && names.GetItemOrDefault(i) is { IsEmpty: false } name ? name.ToString() : $"{prefix}{i}")];
    }

    /// <summary>The source columns of a vector column: those that <c>CategoricalSlotRanges</c> marks as categories, and each other slot by itself.</summary>
    /// <param name="column">A vector.</param>
    /// <param name="slots">Its slots' names; those of a category begin with its column's name and a dot.</param>
    /// <param name="others">What the other slots are.</param>
    public static IReadOnlyList<FeatureColumn> SourceColumns(DataViewSchema.Column column, IReadOnlyList<string> slots, ColumnKind others)
    {
        const string Ranges = "CategoricalSlotRanges";
        var ranges = default(VBuffer<int>);
        if (column.Annotations.Schema.GetColumnOrNull(Ranges) is not null) column.Annotations.GetValue(Ranges, ref ranges);
        var columns = new List<FeatureColumn>();
        int next = 0;
        foreach (int[] range in ranges.DenseValues().Chunk(2).OrderBy(r => r[0]))
        {
            if (range.Length < 2 || range[0] < next || range[1] < range[0] || range[1] >= slots.Count) continue; // not of these slots
            for (; next < range[0]; next++) columns.Add(new FeatureColumn(slots[next], next, 1, others));
            columns.Add(new FeatureColumn(CommonName([.. slots.Skip(range[0]).Take(range[1] - range[0] + 1)]), range[0], range[1] - range[0] + 1, ColumnKind.Category));
            next = range[1] + 1;
        }
        for (; next < slots.Count; next++) columns.Add(new FeatureColumn(slots[next], next, 1, others));
        return columns;
    }

    // Up to the last dot that all names share.
    private static string CommonName(string[] names)
    {
        string common = names.Aggregate((a, b) => a[..a.Zip(b).TakeWhile(p => p.First == p.Second).Count()]);
        int dot = names.Length == 1 ? common.IndexOf('.', StringComparison.Ordinal) : common.LastIndexOf('.');
        return dot > 0 ? common[..dot] : common.Length > 0 ? common : names[0];
    }

    private static DataViewSchema.Column Find(IExceptionContext context, DataViewSchema schema, string name, string role) =>
        schema.GetColumnOrNull(name) ?? throw Missing(context, name, role);

    private static ArgumentOutOfRangeException Missing(IExceptionContext context, string name, string role) =>
        context.Process(new ArgumentOutOfRangeException("inputSchema", $"Could not find {role} column '{name}'"));

    private static ArgumentOutOfRangeException Mismatch(IExceptionContext context, string name, string role, string expected, string actual) =>
        context.Process(new ArgumentOutOfRangeException("inputSchema", $"Schema mismatch for {role} column '{name}': expected {expected}, got {actual}"));
}
