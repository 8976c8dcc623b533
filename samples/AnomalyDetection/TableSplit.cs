using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Vae;
using Microsoft.ML.Vae.Core;

/// <summary>Protocol A: a random half to train on (its normal rows only), the other half to test on, both halves with the same share of anomalies. Nothing is copied to disk.</summary>
internal sealed class TableSplit
{
    public TableSplit(TextTable table, int seed, (int Normal, int Anomalous)? sample = null, TablePlan? plan = null, bool includesMissingness = false)
    {
        var random = RandomStream.FromSeed(seed).Split(0x53504C54);
        var normal = Halves(table, anomalous: false, random.Split(0), sample?.Normal);
        var anomalous = Halves(table, anomalous: true, random.Split(1), sample?.Anomalous);
        (Table, TrainRows, TestRows) = (table, [.. normal.Train.Order()], [.. normal.Test.Concat(anomalous.Test).Order()]);
        Plan = plan ?? TablePlan.Of(table, TrainRows, includesMissingness);
    }

    public TextTable Table { get; }

    public TablePlan Plan { get; }

    public IReadOnlyList<int> TrainRows { get; }

    public IReadOnlyList<int> TestRows { get; }

    /// <summary>The rows as ML.NET sees them: Features, whose annotations name the slots and tell which of them are one category, and Label.</summary>
    public IDataView View(MLContext ml, IReadOnlyList<int> rows)
    {
        string[] names = Plan.FeatureNames;
        int[] ranges = [.. Plan.FeatureColumns().Where(c => c.Kind == ColumnKind.Category).SelectMany(c => new[] { c.First, c.First + c.Length - 1 })];
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add("SlotNames", new VectorDataViewType(TextDataViewType.Instance, names.Length),
            (ref VBuffer<ReadOnlyMemory<char>> value) => value = new VBuffer<ReadOnlyMemory<char>>(names.Length, [.. names.Select(n => n.AsMemory())]));
        if (ranges.Length > 0)
            annotations.Add("CategoricalSlotRanges", new VectorDataViewType(NumberDataViewType.Int32, ranges.Length / 2, 2), (ref VBuffer<int> value) => value = new VBuffer<int>(ranges.Length, ranges));
        var schema = new DataViewSchema.Builder();
        schema.AddColumn("Label", NumberDataViewType.Single);
        schema.AddColumn("Features", new VectorDataViewType(NumberDataViewType.Single, names.Length), annotations.ToAnnotations());
        return ml.Data.LoadFromEnumerable(new Rows(this, rows), schema.ToSchema());
    }

    private static (int[] Train, int[] Test) Halves(TextTable table, bool anomalous, RandomStream random, int? limit)
    {
        int[] rows = [.. Enumerable.Range(0, table.RowCount).Where(r => table.IsAnomaly[r] == anomalous)];
        int[] picked = [.. random.Permutation(rows.Length).Take(limit ?? rows.Length).Select(i => rows[i])];
        int test = picked.Length / 2;
        return (picked[test..], picked[..test]);
    }

    // Encoded as they are read.
    private sealed class Rows(TableSplit split, IReadOnlyList<int> rows) : IEnumerable<TableRow>
    {
        public IEnumerator<TableRow> GetEnumerator() => rows.Select(r => new TableRow { Label = split.Table.IsAnomaly[r] ? 1 : 0, Features = split.Plan.Encode(split.Table, r) }).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

/// <summary>One row.</summary>
internal sealed class TableRow
{
    public float Label { get; set; }

    public float[] Features { get; set; } = [];
}
