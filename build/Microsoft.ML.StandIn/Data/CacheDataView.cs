// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML.Data;
/// <summary>The values of one column, many rows.</summary>
internal abstract class ColumnStore
{
    public abstract void Put(int index);
    public abstract Delegate Getter(Func<int> index);
    /// <summary>A store for <paramref name="column"/> that <see cref="Put"/> fills from the row's current value.</summary>
    public static ColumnStore Create(DataViewRow row, DataViewSchema.Column column)
    {
        bool vector = column.Type is VectorDataViewType;
        return (ColumnStore)Activator.CreateInstance((vector ? typeof(Vectors<>) : typeof(Scalars<>)).MakeGenericType(column.Type.GetItemType().RawType), row, column);
    }

    private abstract class Store<T>(DataViewRow row, DataViewSchema.Column column) : ColumnStore
    {
        private readonly ValueGetter<T> _source = row.GetGetter<T>(column);
        protected T[] Values = new T[16];
        public override void Put(int index)
        {
            if (index >= Values.Length) Array.Resize(ref Values, Math.Max(2 * Values.Length, index + 1));
            _source(ref Values[index]);
        }
    }

    private sealed class Scalars<T>(DataViewRow row, DataViewSchema.Column column) : Store<T>(row, column)
    {
        public override Delegate Getter(Func<int> index) => (ValueGetter<T>)((ref T value) => value = Values[index()]);
    }

    private sealed class Vectors<T>(DataViewRow row, DataViewSchema.Column column) : Store<VBuffer<T>>(row, column)
    {
        public override Delegate Getter(Func<int> index) => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => Values[index()].CopyTo(ref value));
    }
}

/// <summary>Keeps in memory each column once it has been asked for; then any number of threads may read.</summary>
internal sealed class CacheDataView : ViewBase
{
    private const int BlockRows = 64;
    private readonly IHost _host;
    private readonly IDataView _source;
    private readonly ColumnStore[] _stores;
    private int _rows = -1;
    public CacheDataView(IHostEnvironment env, IDataView source, IEnumerable<DataViewSchema.Column> prefetch) : base(source.Schema)
    {
        (_host, _source, _stores) = (env.Register("Cache"), source, new ColumnStore[source.Schema.Count]);
        if (prefetch.Any()) Load(Cursors.Active(Schema, prefetch));
    }

    public override bool CanShuffle => true;
    public override long? GetRowCount() => _rows >= 0 ? _rows : _source.GetRowCount();
    protected override DataViewRowCursor Open(bool[] active, Random rand)
    {
        Load(active);
        int[] order = rand is null ? null : Enumerable.Range(0, _rows).ToArray();
        rand?.Shuffle(order);
        return new Cursor(this, active, order, 0, 1);
    }
    /// <summary>Cursor i takes every n-th block of rows; the block's number is the batch, by which order can be restored.</summary>
    protected override DataViewRowCursor[] OpenSet(bool[] active, int n, Random rand)
    {
        if (n <= 1 || rand is not null) return [Open(active, rand)];
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

    private sealed class Cursor(CacheDataView view, bool[] active, int[] order, int part, int parts) : RootCursorBase(view._host, view.Schema, active)
    {
        private long _next = (long)part * BlockRows;
        private int _index = -1;
        public override long Batch => parts == 1 || _index < 0 ? 0 : _index / BlockRows;
        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Good(_index), 0);
        protected override Delegate MakeGetter<TValue>(DataViewSchema.Column column) => view._stores[column.Index].Getter(() => Good(_index));
        protected override bool MoveNextCore()
        {
            if (_next >= view._rows) return false;
            _index = order is null ? (int)_next : order[_next];
            // Behind the end of a block lie the blocks of the other cursors.
            if (++_next % BlockRows == 0) _next += (long)(parts - 1) * BlockRows;
            return true;
        }
    }
}
