using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Vae;

/// <summary>What all our transformers do alike, given their mapping.</summary>
internal static class BatchTransform
{
    /// <summary>The input's columns, then ours.</summary>
    public static DataViewSchema OutputSchema(IBatchMapping mapping, DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        foreach (var column in mapping.Outputs(inputSchema)) builder.AddColumn(column.Name, column.Type, column.Annotations);
        return builder.ToSchema();
    }

    /// <summary>A lazy view: nothing is computed before a cursor asks.</summary>
    public static IDataView Transform(IHost host, IBatchMapping mapping, IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return OnnxExport.Exportable(new BatchedView(host, input, mapping, OutputSchema(mapping, input.Schema)), input, mapping);
    }

    /// <summary>One row at a time, for prediction engines.</summary>
    public static IRowToRowMapper RowMapper(IBatchMapping mapping, DataViewSchema inputSchema) => new MappedRows(mapping, inputSchema);

    /// <summary>Marks the active columns of a schema.</summary>
    public static bool[] Active(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[schema.Count];
        foreach (var column in columns)
            if (column.Index < active.Length && schema[column.Index].Name == column.Name) active[column.Index] = true;
        return active;
    }

    /// <summary>The part of the marks that belongs to our outputs.</summary>
    public static bool[] Wanted(bool[] active, int inputColumns) => active[inputColumns..];

    /// <summary>The input columns to read: active ones that pass through, and what our wanted outputs need.</summary>
    public static IEnumerable<DataViewSchema.Column> InputColumns(IBatchMapping mapping, DataViewSchema input, bool[] active)
    {
        var needed = active[..input.Count];
        bool[] wanted = Wanted(active, input.Count);
        if (wanted.Contains(true))
            foreach (string name in mapping.Inputs(input, wanted)) needed[input[name].Index] = true;
        return input.Where(c => needed[c.Index]);
    }

    /// <summary>Fails as ML.NET's own cursors do.</summary>
    /// <exception cref="InvalidOperationException">The column is not active.</exception>
    public static void CheckActive(bool[] active, DataViewSchema.Column column)
    {
        if (column.Index >= active.Length || !active[column.Index])
            throw new InvalidOperationException($"Column '{column.Name}' is not active in the cursor.");
    }

    /// <summary>Fails as ML.NET's own cursors do.</summary>
    /// <exception cref="InvalidOperationException">The getter is asked for a wrong type.</exception>
    public static void CheckType<TValue>(Type expected)
    {
        if (typeof(TValue) != expected)
            throw new InvalidOperationException($"Invalid TValue in GetGetter: '{typeof(TValue)}', expected type: '{expected}'.");
    }
}
