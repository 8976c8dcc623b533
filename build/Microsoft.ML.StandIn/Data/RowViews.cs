// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML.Data;
/// <summary>Some of the rows of a view. The predicate is made per cursor and asked once per row, in order.</summary>
internal sealed class FilterView(IHostEnvironment env, IDataView source, DataViewSchema.Column? input, Func<DataViewRow, Func<bool>> makePredicate) : ViewBase(source.Schema)
{
    // A predicate that reads no column draws a number per row: then rows must come one by one and in order.
    private bool DependsOnOrder => input is null;
    public override bool CanShuffle => !DependsOnOrder && source.CanShuffle;
    protected override DataViewRowCursor Open(bool[] active, Random rand) => Wrap(source.GetRowCursor(Needed(active), DependsOnOrder ? null : rand), active);
    protected override DataViewRowCursor[] OpenSet(bool[] active, int n, Random rand)
        => DependsOnOrder ? [Open(active, null)] : source.GetRowCursorSet(Needed(active), n, rand).Select(c => Wrap(c, active)).ToArray();

    private IEnumerable<DataViewSchema.Column> Needed(bool[] active) => Schema.Where(c => active[c.Index] || c.Index == input?.Index).ToArray();
    private DataViewRowCursor Wrap(DataViewRowCursor cursor, bool[] active) => new Cursor(env, cursor, active, makePredicate(cursor));
    private sealed class Cursor(IHostEnvironment env, DataViewRowCursor input, bool[] active, Func<bool> keep) : RootCursorBase(env, input.Schema, active, input)
    {
        public override long Batch => input.Batch;
        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();
        protected override Exception Inactive => Ch.Except();
        protected override Delegate MakeGetter<TValue>(DataViewSchema.Column column) => input.GetGetter<TValue>(column);
        protected override bool MoveNextCore()
        {
            while (input.MoveNext())
                if (keep()) return true;
            return false;
        }
    }
}

/// <summary>Rows in random order, drawn from a pool of bounded size.</summary>
internal sealed class ShuffleView(IHostEnvironment env, IDataView source, int seed, int poolRows, bool shuffleSource) : ViewBase(source.Schema)
{
    public override bool CanShuffle => true;
    public override long? GetRowCount() => source.GetRowCount();
    protected override DataViewRowCursor Open(bool[] active, Random rand)
    {
        var random = rand ?? new Random(seed);
        return new Cursor(env, source.GetRowCursor(Cursors.Columns(Schema, active), shuffleSource && source.CanShuffle ? new Random(random.Next()) : null), active, random, poolRows);
    }

    private sealed class Cursor(IHostEnvironment env, DataViewRowCursor input, bool[] active, Random random, int poolRows) : RootCursorBase(env, input.Schema, active, input)
    {
        private readonly ColumnStore[] _stores = input.Schema.Select(c => active[c.Index] ? ColumnStore.Create(input, c) : null).ToArray();
        private readonly ValueGetter<DataViewRowId> _idGetter = input.GetIdGetter();
        private readonly DataViewRowId[] _ids = new DataViewRowId[poolRows];
        private readonly List<int> _waiting = [];
        private int _index = -1;
        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[Good(_index)];
        protected override Delegate MakeGetter<TValue>(DataViewSchema.Column column) => _stores[column.Index].Getter(() => Good(_index));
        protected override bool MoveNextCore()
        {
            // The slot of the row served last is free again.
            if (_index >= 0) TryFill(_index);
            while (_index < 0 && _waiting.Count < poolRows && TryFill(_waiting.Count)) { }
            if (_waiting.Count == 0) return false;
            int drawn = random.Next(_waiting.Count);
            (_index, _waiting[drawn]) = (_waiting[drawn], _waiting[^1]);
            _waiting.RemoveAt(_waiting.Count - 1);
            return true;
        }

        private bool TryFill(int slot)
        {
            if (!input.MoveNext()) return false;
            foreach (var store in _stores) store?.Put(slot);
            _idGetter(ref _ids[slot]);
            _waiting.Add(slot);
            return true;
        }
    }
}

/// <summary>Objects as rows, streamed.</summary>
internal sealed class EnumerableView<TRow>(IHostEnvironment env, IEnumerable<TRow> rows, TypedColumn[] columns) : ViewBase(TypedRows.Schema(columns)) where TRow : class
{
    private readonly IHost _host = env.Register("DataView");
    public override long? GetRowCount() => (rows as ICollection<TRow>)?.Count;
    protected override DataViewRowCursor Open(bool[] active, Random rand) => new Cursor(_host, Schema, active, rows.GetEnumerator(), columns);
    private sealed class Cursor(IHost host, DataViewSchema schema, bool[] active, IEnumerator<TRow> rows, TypedColumn[] columns) : RootCursorBase(host, schema, active, rows)
    {
        protected override bool MoveNextCore() => rows.MoveNext();
        protected override Delegate MakeGetter<TValue>(DataViewSchema.Column column) => TypedRows.Getter(columns[column.Index], Current);
        private TRow Current() => Good(rows).Current ?? throw Ch.Except("Encountered null when iterating over data, this is not supported.");
    }
}
