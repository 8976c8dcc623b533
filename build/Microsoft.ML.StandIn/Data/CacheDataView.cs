// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>The values of one column, many rows.</summary>
internal abstract class ColumnStore
{
    public abstract void Put(int index);
    public abstract Delegate Getter(Func<int> index);

    /// <summary>A store for <paramref name="column"/> that <see cref="Put"/> fills from the row's current value.</summary>
    public static ColumnStore Create(DataViewRow row, DataViewSchema.Column column)
    {
        var type = column.Type is VectorDataViewType vector
            ? typeof(Vectors<>).MakeGenericType(vector.ItemType.RawType) : typeof(Scalars<>).MakeGenericType(column.Type.RawType);
        return (ColumnStore)Activator.CreateInstance(type, row, column);
    }

    private static void Grow<T>(ref T[] items, int index)
    {
        if (index >= items.Length) Array.Resize(ref items, Math.Max(2 * items.Length, index + 1));
    }

    private sealed class Scalars<T>(DataViewRow row, DataViewSchema.Column column) : ColumnStore
    {
        private readonly ValueGetter<T> _source = row.GetGetter<T>(column);
        private T[] _values = new T[16];

        public override void Put(int index)
        {
            Grow(ref _values, index);
            _source(ref _values[index]);
        }

        public override Delegate Getter(Func<int> index) => (ValueGetter<T>)((ref T value) => value = _values[index()]);
    }

    private sealed class Vectors<T>(DataViewRow row, DataViewSchema.Column column) : ColumnStore
    {
        private readonly ValueGetter<VBuffer<T>> _source = row.GetGetter<VBuffer<T>>(column);
        private VBuffer<T>[] _values = new VBuffer<T>[16];

        public override void Put(int index)
        {
            Grow(ref _values, index);
            _source(ref _values[index]);
        }

        public override Delegate Getter(Func<int> index) => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _values[index()].CopyTo(ref value));
    }
}

/// <summary>Keeps in memory each column once it has been asked for; then any number of threads may read.</summary>
internal sealed class CacheDataView : IDataView
{
    private const int BlockRows = 64;
    private readonly IHost _host;
    private readonly IDataView _source;
    private readonly ColumnStore[] _stores;
    private int _rows = -1;

    public CacheDataView(IHostEnvironment env, IDataView source, IEnumerable<DataViewSchema.Column> prefetch)
    {
        (_host, _source) = (env.Register("Cache"), source);
        _stores = new ColumnStore[source.Schema.Count];
        if (prefetch.Any()) Load(Cursors.Active(Schema, prefetch));
    }

    public DataViewSchema Schema => _source.Schema;
    public bool CanShuffle => true;
    public long? GetRowCount() => _rows >= 0 ? _rows : _source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        bool[] active = Cursors.Active(Schema, columnsNeeded);
        Load(active);
        int[] order = null;
        if (rand is not null)
        {
            order = Enumerable.Range(0, _rows).ToArray();
            rand.Shuffle(order);
        }
        return new Cursor(this, active, order, 0, 1);
    }

    /// <summary>Cursor i takes every n-th block of rows; the block's number is the batch, by which order can be restored.</summary>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        if (n <= 1 || rand is not null) return [GetRowCursor(columnsNeeded, rand)];
        bool[] active = Cursors.Active(Schema, columnsNeeded);
        Load(active);
        return Enumerable.Range(0, n).Select(i => new Cursor(this, active, null, i, n)).ToArray();
    }

    private void Load(bool[] active)
    {
        lock (_stores)
        {
            var missing = Schema.Where(c => active[c.Index] && _stores[c.Index] is null).ToArray();
            if (missing.Length == 0 && _rows >= 0) return;
            using var cursor = _source.GetRowCursor(missing);
            var stores = missing.Select(c => ColumnStore.Create(cursor, c)).ToArray();
            int rows = 0;
            for (; cursor.MoveNext(); rows++)
                foreach (var store in stores) store.Put(rows);
            for (int i = 0; i < missing.Length; i++) _stores[missing[i].Index] = stores[i];
            _rows = rows;
        }
    }

    private sealed class Cursor(CacheDataView view, bool[] active, int[] order, int part, int parts) : RootCursorBase(view._host)
    {
        private long _next = (long)part * BlockRows;
        private int _index = -1;

        public override DataViewSchema Schema => view.Schema;
        public override long Batch => parts == 1 || _index < 0 ? 0 : _index / BlockRows;
        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

        protected override bool MoveNextCore()
        {
            if (_next >= view._rows) return false;
            _index = order is null ? (int)_next : order[_next];
            // Behind the end of a block lie the blocks of the other cursors.
            if (++_next % BlockRows == 0) _next += (long)(parts - 1) * BlockRows;
            return true;
        }

        private int Row()
        {
            Ch.Check(IsGood, Cursors.FetchValueStateError);
            return _index;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Row(), 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Ch.CheckParam(column.Index < active.Length && active[column.Index], nameof(column), "requested column not active");
            return Cursors.Cast<TValue>(view._stores[column.Index].Getter(Row));
        }
    }
}
