using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Vae;

/// <summary>The input with our columns added; each cursor reads ahead and scores whole batches.</summary>
internal sealed class BatchedView(IHost host, IDataView source, IBatchMapping mapping, DataViewSchema schema) : IDataView
{
    public DataViewSchema Schema { get; } = schema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = BatchTransform.Active(Schema, columnsNeeded);
        return Wrap(source.GetRowCursor(BatchTransform.InputColumns(mapping, source.Schema, active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = BatchTransform.Active(Schema, columnsNeeded);
        var inputs = BatchTransform.InputColumns(mapping, source.Schema, active);
        return [.. source.GetRowCursorSet(inputs, n, rand).Select(c => Wrap(c, active))];
    }

    // Where no column of ours is asked for, nothing is read ahead.
    private DataViewRowCursor Wrap(DataViewRowCursor input, bool[] active) =>
        BatchTransform.Wanted(active, source.Schema.Count).Contains(true)
            ? new BatchedCursor(host, mapping, input, Schema, active)
            : new PassThroughCursor(input, Schema, active);
}
