namespace Microsoft.ML.Vae.Tests.Support;

/// <summary>Rows of three features that come in batches, and know how many cursors were opened and disposed.</summary>
internal sealed class WatchedRows : IDataView
{
    public const int BatchRows = 7;

    private readonly int _rows;

    public WatchedRows(int rows)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Features", new VectorDataViewType(NumberDataViewType.Single, 3));
        (_rows, Schema) = (rows, builder.ToSchema());
    }

    public int Opened { get; private set; }

    public int Disposed { get; private set; }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        Opened++;
        return new Cursor(this);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(WatchedRows owner) : DataViewRowCursor
    {
        private long _position = -1;
        private bool _disposed;

        public override DataViewSchema Schema => owner.Schema;

        public override long Position => _position;

        public override long Batch => _position / BatchRows;

        public override bool MoveNext() => ++_position < owner._rows;

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            (ValueGetter<TValue>)(Delegate)(ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => new VBuffer<float>(3, [_position, 1, 2]).CopyTo(ref value));

        protected override void Dispose(bool disposing)
        {
            if (!_disposed) owner.Disposed++;
            _disposed = true;
            base.Dispose(disposing);
        }
    }
}
