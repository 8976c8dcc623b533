using Microsoft.ML.Data;

namespace Microsoft.ML.Vae;

/// <summary>The input's own cursor under our schema.</summary>
internal sealed class PassThroughCursor(DataViewRowCursor input, DataViewSchema schema, ActiveColumns active) : DataViewRowCursor
{
    private bool _disposed;

    public override DataViewSchema Schema { get; } = schema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override bool MoveNext() => input.MoveNext();

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        active.Check<TValue>(column);
        return input.GetGetter<TValue>(input.Schema[column.Index]);
    }

    protected override void Dispose(bool disposing)
    {
        if (_disposed) return;
        _disposed = true;
        if (disposing) input.Dispose();
        base.Dispose(disposing);
    }
}
