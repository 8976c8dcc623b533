using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

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

    private static DataViewSchema.Column Find(IExceptionContext context, DataViewSchema schema, string name, string role) =>
        schema.GetColumnOrNull(name) ?? throw Missing(context, name, role);

    private static ArgumentOutOfRangeException Missing(IExceptionContext context, string name, string role) =>
        context.Process(new ArgumentOutOfRangeException("inputSchema", $"Could not find {role} column '{name}'"));

    private static ArgumentOutOfRangeException Mismatch(IExceptionContext context, string name, string role, string expected, string actual) =>
        context.Process(new ArgumentOutOfRangeException("inputSchema", $"Schema mismatch for {role} column '{name}': expected {expected}, got {actual}"));
}
