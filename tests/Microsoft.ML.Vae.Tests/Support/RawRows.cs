namespace Microsoft.ML.Vae.Tests.Support;

/// <summary>Rows whose vectors are what they are, whatever size their columns promise: no check stands between them and the component. Every column is a vector of Single.</summary>
internal sealed class RawRows : IDataView
{
    private readonly VBuffer<float>[][] _rows;

    /// <param name="columns">Names and promised sizes.</param>
    /// <param name="rows">One buffer per column, each.</param>
    public RawRows((string Name, int Size)[] columns, params VBuffer<float>[][] rows)
    {
        var builder = new DataViewSchema.Builder();
        foreach (var (name, size) in columns) builder.AddColumn(name, new VectorDataViewType(NumberDataViewType.Single, size));
        (_rows, Schema) = (rows, builder.ToSchema());
    }

    /// <summary>One column, Features, of three values.</summary>
    public static RawRows Features(params VBuffer<float>[] rows) => new([("Features", 3)], [.. rows.Select(r => new[] { r })]);

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _rows.Length;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(this);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [new Cursor(this)];

    private sealed class Cursor(RawRows owner) : DataViewRowCursor
    {
        private long _position = -1;

        public override DataViewSchema Schema => owner.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext() => ++_position < owner._rows.Length;

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            (ValueGetter<TValue>)(Delegate)(ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => owner._rows[_position][column.Index].CopyTo(ref value));
    }
}
