namespace Microsoft.ML.Vae;

/// <summary>The input with added columns; each cursor reads ahead and scores whole batches. Nothing is computed before a cursor asks.</summary>
internal sealed class BatchedView(IDataView source, RowTransformer transformer) : IDataView
{
    public DataViewSchema Schema { get; } = transformer.GetOutputSchema(source.Schema);

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var active = new ActiveColumns(transformer, source.Schema, Schema, columnsNeeded);
        return Wrap(source.GetRowCursor(active.Inputs, rand), active, transformer.Threads);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var active = new ActiveColumns(transformer, source.Schema, Schema, columnsNeeded);
        var cursors = source.GetRowCursorSet(active.Inputs, n, rand);
        return [.. cursors.Select(c => Wrap(c, active, Math.Max(1, transformer.Threads / cursors.Length)))];
    }

    // Where no added column is asked for, nothing is read ahead.
    private DataViewRowCursor Wrap(DataViewRowCursor input, ActiveColumns active, int threads) =>
        active.Added.Contains(true) ? new BatchedCursor(transformer, input, Schema, active, threads) : new PassThroughCursor(input, Schema, active);
}
