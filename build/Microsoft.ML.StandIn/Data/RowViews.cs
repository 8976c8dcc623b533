// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Some of the rows of a view. The predicate is made per cursor and asked once per row, in order.</summary>
internal sealed class FilterView(IHostEnvironment env, IDataView source, DataViewSchema.Column[] inputs, bool parallel,
    Func<DataViewRow, Func<bool>> makePredicate, Func<long, long> count = null) : IDataView
{
    public DataViewSchema Schema => source.Schema;
    public bool CanShuffle => parallel && source.CanShuffle;
    public long? GetRowCount() => count is not null && source.GetRowCount() is long rows ? count(rows) : null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        bool[] active = Cursors.Active(Schema, columnsNeeded);
        return Wrap(source.GetRowCursor(Needed(active), parallel ? rand : null), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        bool[] active = Cursors.Active(Schema, columnsNeeded);
        return parallel ? source.GetRowCursorSet(Needed(active), n, rand).Select(c => Wrap(c, active)).ToArray() : [GetRowCursor(columnsNeeded)];
    }

    private DataViewSchema.Column[] Needed(bool[] active) => Schema.Where(c => active[c.Index] || inputs.Any(i => i.Index == c.Index)).ToArray();
    private DataViewRowCursor Wrap(DataViewRowCursor input, bool[] active) => new Cursor(env, input, active, makePredicate(input));

    private sealed class Cursor(IHostEnvironment env, DataViewRowCursor input, bool[] active, Func<bool> keep) : RootCursorBase(env)
    {
        public override DataViewSchema Schema => input.Schema;
        public override long Batch => input.Batch;
        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();
        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Ch.Check(IsColumnActive(column));
            return input.GetGetter<TValue>(column);
        }

        protected override bool MoveNextCore()
        {
            while (input.MoveNext())
                if (keep()) return true;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            input.Dispose();
            base.Dispose(disposing);
        }
    }
}

/// <summary>Rows in random order, drawn from a pool of bounded size.</summary>
internal sealed class ShuffleView(IHostEnvironment env, IDataView source, int seed, int poolRows, bool shuffleSource) : IDataView
{
    public DataViewSchema Schema => source.Schema;
    public bool CanShuffle => true;
    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded, rand)];

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        bool[] active = Cursors.Active(Schema, columnsNeeded);
        var random = rand ?? new Random(seed);
        var input = source.GetRowCursor(Schema.Where(c => active[c.Index]), shuffleSource && source.CanShuffle ? new Random(random.Next()) : null);
        return new Cursor(env, input, active, random, poolRows);
    }

    private sealed class Cursor : RootCursorBase
    {
        private readonly DataViewRowCursor _input;
        private readonly bool[] _active;
        private readonly Random _random;
        private readonly ColumnStore[] _stores;
        private readonly ValueGetter<DataViewRowId> _idGetter;
        private readonly DataViewRowId[] _ids;
        private readonly List<int> _waiting = [];
        private readonly int _poolRows;
        private int _index = -1;

        public Cursor(IHostEnvironment env, DataViewRowCursor input, bool[] active, Random random, int poolRows) : base(env)
        {
            (_input, _active, _random, _poolRows) = (input, active, random, poolRows);
            _stores = input.Schema.Select(c => active[c.Index] ? ColumnStore.Create(input, c) : null).ToArray();
            _idGetter = input.GetIdGetter();
            _ids = new DataViewRowId[poolRows];
        }

        public override DataViewSchema Schema => _input.Schema;
        public override long Batch => 0;
        public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

        protected override bool MoveNextCore()
        {
            // The slot of the row served last is free again.
            if (_index >= 0) TryFill(_index);
            while (_index < 0 && _waiting.Count < _poolRows && TryFill(_waiting.Count)) { }
            if (_waiting.Count == 0) return false;
            int drawn = _random.Next(_waiting.Count);
            _index = _waiting[drawn];
            _waiting[drawn] = _waiting[^1];
            _waiting.RemoveAt(_waiting.Count - 1);
            return true;
        }

        private bool TryFill(int slot)
        {
            if (!_input.MoveNext()) return false;
            foreach (var store in _stores) store?.Put(slot);
            _idGetter(ref _ids[slot]);
            _waiting.Add(slot);
            return true;
        }

        private int Row()
        {
            Ch.Check(IsGood, Cursors.FetchValueStateError);
            return _index;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[Row()];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Ch.CheckParam(column.Index < _active.Length && _active[column.Index], nameof(column), "requested column not active");
            return Cursors.Cast<TValue>(_stores[column.Index].Getter(Row));
        }

        protected override void Dispose(bool disposing)
        {
            _input.Dispose();
            base.Dispose(disposing);
        }
    }
}
