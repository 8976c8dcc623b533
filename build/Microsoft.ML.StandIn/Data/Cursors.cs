// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using Microsoft.ML.Runtime;

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

    public static ValueGetter<T> Cast<T>(Delegate getter) => getter as ValueGetter<T>
        ?? throw Contracts.Except(null, $"Invalid TValue in GetGetter: '{typeof(T)}', expected type: '{getter.GetType().GetGenericArguments()[0]}'.");

    /// <summary>The label rule of the evaluators: numbers as they are, true is 1, keys start at 0, missing is NaN.</summary>
    public static ValueGetter<float> LabelGetter(DataViewRow row, DataViewSchema.Column column)
    {
        switch (column.Type)
        {
            case NumberDataViewType number when number == NumberDataViewType.Single:
                return row.GetGetter<float>(column);
            case NumberDataViewType number when number == NumberDataViewType.Double:
                return Convert<double>(x => (float)x);
            case BooleanDataViewType:
                return Convert<bool>(x => x ? 1f : 0f);
            case KeyDataViewType key when key.RawType == typeof(byte):
                return Convert<byte>(x => FromKey(x));
            case KeyDataViewType key when key.RawType == typeof(ushort):
                return Convert<ushort>(x => FromKey(x));
            case KeyDataViewType key when key.RawType == typeof(uint):
                return Convert<uint>(x => FromKey(x));
            case KeyDataViewType:
                return Convert<ulong>(FromKey);
            default:
                throw Contracts.Except(null, "Only floating point number, boolean, and key type values can be used as label.");
        }

        float FromKey(ulong value) => value == 0 || value > column.Type.GetKeyCount() ? float.NaN : value - 1;

        ValueGetter<float> Convert<T>(Func<T, float> convert)
        {
            var getter = row.GetGetter<T>(column);
            T value = default;
            return (ref float destination) =>
            {
                getter(ref value);
                destination = convert(value);
            };
        }
    }
}

/// <summary>A cursor that moves by itself: position, disposal at the end, trace lines in the log.</summary>
internal abstract class RootCursorBase : DataViewRowCursor
{
    protected readonly IChannel Ch;
    private long _position = -1;
    private bool _disposed;

    protected RootCursorBase(IChannelProvider provider) => Ch = provider.Start("Cursor");

    public sealed override long Position => _position;
    protected bool IsGood => _position >= 0;
    protected abstract bool MoveNextCore();

    public sealed override bool MoveNext()
    {
        if (_disposed) return false;
        if (MoveNextCore())
        {
            _position++;
            return true;
        }
        Dispose();
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (_disposed) return;
        _disposed = true;
        _position = -1;
        Ch.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>A cursor that moves with its input.</summary>
internal abstract class WrappingCursor(DataViewRowCursor input, DataViewSchema schema) : DataViewRowCursor
{
    protected DataViewRowCursor Input => input;
    public override DataViewSchema Schema => schema;
    public override long Position => input.Position;
    public override long Batch => input.Batch;
    public override bool MoveNext() => input.MoveNext();
    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();
    protected override void Dispose(bool disposing) => input.Dispose();
}
