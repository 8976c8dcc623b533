// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML.Data;

internal static class Cursors
{
    public const string FetchValueStateError = "Values cannot be fetched at this time. This method was called either before the first call to "
        + "MoveNext, or at any point after MoveNext returned false.";

    public static bool[] Active(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        bool[] active = new bool[schema.Count];
        foreach (var column in columns ?? []) active[column.Index] = true;
        return active;
    }

    public static IEnumerable<DataViewSchema.Column> Columns(DataViewSchema schema, bool[] active) => schema.Where(c => active[c.Index]).ToArray();
    public static ValueGetter<T> Cast<T>(Delegate getter) => getter as ValueGetter<T>
        ?? throw Contracts.Except(null, $"Invalid TValue in GetGetter: '{typeof(T)}', expected type: '{getter.GetType().GetGenericArguments()[0]}'.");
    /// <summary>A function that fetches the current value, vectors into arrays of their own.</summary>
    public static Func<T> Reader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        return () => { T value = default; getter(ref value); return value; };
    }
    /// <summary>The label rule of the evaluators: numbers as they are, true is 1, keys start at 0, missing is NaN.</summary>
    public static Func<double> LabelReader(DataViewRow row, DataViewSchema.Column column)
    {
        return column.Type switch
        {
            BooleanDataViewType => Convert<bool>(x => x ? 1 : 0),
            KeyDataViewType key => Convert<uint>(x => x > 0 && x <= key.Count ? x - 1 : double.NaN),
            NumberDataViewType number when number == NumberDataViewType.Double => Reader<double>(row, column),
            _ => Convert<float>(x => x),
        };

        Func<double> Convert<T>(Func<T, double> convert) { var read = Reader<T>(row, column); return () => convert(read()); }
    }
}

/// <summary>A view that opens its cursors for a set of active columns.</summary>
internal abstract class ViewBase(DataViewSchema schema) : IDataView
{
    public DataViewSchema Schema => schema;
    public virtual bool CanShuffle => false;
    public virtual long? GetRowCount() => null;
    protected abstract DataViewRowCursor Open(bool[] active, Random rand);
    protected virtual DataViewRowCursor[] OpenSet(bool[] active, int n, Random rand) => [Open(active, rand)];
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) => Open(Cursors.Active(schema, columnsNeeded), rand);
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => OpenSet(Cursors.Active(schema, columnsNeeded), n, rand);
}

/// <summary>A cursor that moves by itself: activity, position, disposal of its source at the end, trace lines in the log.</summary>
internal abstract class RootCursorBase(IChannelProvider provider, DataViewSchema schema, bool[] active, IDisposable source = null) : DataViewRowCursor
{
    protected readonly IChannel Ch = provider.Start("Cursor");
    private long _position = -1;
    private bool _disposed;
    protected abstract bool MoveNextCore();
    protected abstract Delegate MakeGetter<TValue>(DataViewSchema.Column column);
    protected virtual Exception Inactive => Ch.ExceptParam("column", "requested column not active");
    public sealed override long Position => _position;
    public override long Batch => 0;
    public sealed override DataViewSchema Schema => schema;
    public sealed override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];
    public sealed override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (column.Index >= active.Length || !active[column.Index]) throw Inactive;
        Ch.Check(typeof(TValue) == schema[column.Index].Type.RawType, $"Invalid TValue in GetGetter: '{typeof(TValue)}', expected type: '{schema[column.Index].Type.RawType}'.");
        return (ValueGetter<TValue>)MakeGetter<TValue>(column);
    }


    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Good(Position), 0);
    /// <summary>The value, if the cursor stands on a row.</summary>
    protected T Good<T>(T value) => _position >= 0 ? value : throw Ch.Except(Cursors.FetchValueStateError);
    public sealed override bool MoveNext()
    {
        if (_disposed) return false;
        _position++;
        if (MoveNextCore()) return true;
        Dispose();
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (_disposed) return;
        (_disposed, _position) = (true, -1);
        source?.Dispose();
        Ch.Dispose();
    }
}
