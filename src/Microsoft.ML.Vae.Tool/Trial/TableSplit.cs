using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Tool;

/// <summary>Protocol A: a random half to train on (its normal rows only), the other half to test on, both halves with the same share of anomalies. Nothing is copied to disk.</summary>
internal sealed class TableSplit
{
    public TableSplit(TextTable table, int seed, TablePlan? plan = null)
    {
        var random = RandomStream.FromSeed(seed).Split(0x53504C54);
        var normal = Halves(table, anomalous: false, random.Split(0));
        var anomalous = Halves(table, anomalous: true, random.Split(1));
        (Table, TrainRows, TestRows) = (table, [.. normal.Train.Order()], [.. normal.Test.Concat(anomalous.Test).Order()]);
        Plan = plan ?? TablePlan.Of(table, TrainRows);
    }

    public TextTable Table { get; }

    public TablePlan Plan { get; }

    public IReadOnlyList<int> TrainRows { get; }

    public IReadOnlyList<int> TestRows { get; }

    public IDataView View(MLContext ml, IReadOnlyList<int> rows) => ml.Data.LoadFromTable(Table, Plan, rows);

    private static (int[] Train, int[] Test) Halves(TextTable table, bool anomalous, RandomStream random)
    {
        int[] rows = [.. Enumerable.Range(0, table.RowCount).Where(r => table.IsAnomaly[r] == anomalous)];
        int[] picked = [.. random.Permutation(rows.Length).Select(i => rows[i])];
        int test = picked.Length / 2;
        return (picked[test..], picked[..test]);
    }
}
