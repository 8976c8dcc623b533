// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Objects as rows, streamed.</summary>
internal sealed class EnumerableView<TRow> : IDataView where TRow : class
{
    private readonly IHost _host;
    private readonly IEnumerable<TRow> _rows;
    private readonly SchemaDefinition _definition;

    public EnumerableView(IHostEnvironment env, IEnumerable<TRow> rows, SchemaDefinition definition)
    {
        _host = env.Register("DataView");
        _rows = rows;
        _definition = definition ?? SchemaDefinition.Create(typeof(TRow), SchemaDefinition.Direction.Read);
        Schema = TypedRows.Schema(typeof(TRow), _definition);
    }

    public DataViewSchema Schema { get; }
    public bool CanShuffle => false;
    public long? GetRowCount() => (_rows as ICollection<TRow>)?.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        => new Cursor(this, Cursors.Active(Schema, columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : RootCursorBase
    {
        private readonly EnumerableView<TRow> _view;
        private readonly bool[] _active;
        private readonly IEnumerator<TRow> _rows;
        private readonly Delegate[] _getters;

        public Cursor(EnumerableView<TRow> view, bool[] active) : base(view._host)
        {
            (_view, _active) = (view, active);
            _rows = view._rows.GetEnumerator();
            _getters = view._definition.Select((c, i) => active[i] ? TypedRows.Getter(c.MemberName, Current) : null).ToArray();
        }

        public override DataViewSchema Schema => _view.Schema;
        public override long Batch => 0;
        protected override bool MoveNextCore() => _rows.MoveNext();
        public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

        private TRow Current()
        {
            Ch.Check(IsGood, Cursors.FetchValueStateError);
            return _rows.Current ?? throw Ch.Except("Encountered null when iterating over data, this is not supported.");
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
        {
            Ch.Check(IsGood, Cursors.FetchValueStateError);
            id = new DataViewRowId((ulong)Position, 0);
        };

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Ch.CheckParam(column.Index < _getters.Length && _active[column.Index], nameof(column), "requested column not active");
            return _getters[column.Index] as ValueGetter<TValue> ?? throw Ch.Except(
                $"Invalid TValue in GetGetter for column #{column}: '{typeof(TValue)}', expected type: '{_getters[column.Index].GetType().GetGenericArguments()[0]}'.");
        }

        protected override void Dispose(bool disposing)
        {
            _rows.Dispose();
            base.Dispose(disposing);
        }
    }
}

/// <summary>No rows: what mappers are bound to before there are any.</summary>
internal sealed class EmptyDataView(DataViewSchema schema) : IDataView
{
    public DataViewSchema Schema => schema;
    public bool CanShuffle => true;
    public long? GetRowCount() => 0;
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded)];
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) => new Cursor(schema, Cursors.Active(schema, columnsNeeded));

    private sealed class Cursor(DataViewSchema schema, bool[] active) : DataViewRowCursor
    {
        public override DataViewSchema Schema => schema;
        public override long Position => -1;
        public override long Batch => 0;
        public override bool MoveNext() => false;
        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];
        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId _) => throw Contracts.Except(null, Cursors.FetchValueStateError);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Contracts.Check(null, IsColumnActive(column), "Can't get getter for inactive column");
            return (ref TValue _) => throw Contracts.Except(null, Cursors.FetchValueStateError);
        }
    }
}
