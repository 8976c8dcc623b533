using Microsoft.ML.Data;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML;

/// <summary>Tables of text as ML.NET sees rows.</summary>
public static class TableView
{
    /// <summary>The rows of a table as a plan encodes them: Features, whose annotations name the slots and tell which of them are one category, and Label, 1 for an anomaly. Encoded as they are read.</summary>
    /// <param name="catalog">mlContext.Data.</param>
    /// <param name="table">The table.</param>
    /// <param name="plan">What became of its columns; it may have been learnt from another table.</param>
    /// <param name="rows">Those wanted, in this order; null: all.</param>
    /// <exception cref="TableException">The table lacks a column of the plan, or (while reading) a field of a column of numbers is none.</exception>
    public static IDataView LoadFromTable(this DataOperationsCatalog catalog, TextTable table, TablePlan plan, IReadOnlyList<int>? rows = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(plan);
        return catalog.LoadFromEnumerable(new Rows(table, plan.For(table.Names), rows ?? [.. Enumerable.Range(0, table.RowCount)]), Schema(plan));
    }

    private static DataViewSchema Schema(TablePlan plan)
    {
        int[] ranges = [.. plan.FeatureColumns.Where(c => c.Kind == ColumnKind.Category).SelectMany(c => new[] { c.First, c.First + c.Length - 1 })];
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add("SlotNames", new VectorDataViewType(TextDataViewType.Instance, plan.FeatureCount),
            (ref VBuffer<ReadOnlyMemory<char>> value) => value = new VBuffer<ReadOnlyMemory<char>>(plan.FeatureCount, [.. plan.FeatureNames.Select(n => n.AsMemory())]));
        if (ranges.Length > 0)
            annotations.Add("CategoricalSlotRanges", new VectorDataViewType(NumberDataViewType.Int32, ranges.Length / 2, 2), (ref VBuffer<int> value) => value = new VBuffer<int>(ranges.Length, ranges));
        var schema = new DataViewSchema.Builder();
        schema.AddColumn("Label", NumberDataViewType.Single);
        schema.AddColumn("Features", new VectorDataViewType(NumberDataViewType.Single, plan.FeatureCount), annotations.ToAnnotations());
        return schema.ToSchema();
    }

    private sealed class Rows(TextTable table, TablePlan plan, IReadOnlyList<int> rows) : IEnumerable<Row>
    {
        public IEnumerator<Row> GetEnumerator() => rows.Select(r => new Row { Label = table.IsAnomaly[r] ? 1 : 0, Features = plan.Encode(table, r) }).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class Row
    {
        public float Label { get; set; }

        public float[] Features { get; set; } = [];
    }
}
