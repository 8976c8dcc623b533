// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.Collections.Immutable;
namespace Microsoft.ML.Data;

public static class ColumnCursorExtensions
{
    /// <summary>The values of one column; T may be the raw type, string for text, or an array for vectors.</summary>
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName)
    {
        Contracts.CheckValue(null, data, nameof(data));
        Contracts.CheckNonEmpty(null, columnName, nameof(columnName));
        return data.GetColumn<T>(data.Schema[columnName]);
    }

    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        if (typeof(T) == column.Type.RawType) return Direct<T>(data, column);
        if (typeof(T) == typeof(string) && column.Type is TextDataViewType) return (IEnumerable<T>)Direct<ReadOnlyMemory<char>>(data, column).Select(x => x.ToString());
        if (typeof(T).IsArray && column.Type is VectorDataViewType { ItemType.RawType: var item } && typeof(T).GetElementType() == item)
            return (IEnumerable<T>)Generic.Call(typeof(ColumnCursorExtensions), nameof(Arrays), [item], data, column);
        throw Contracts.ExceptParam(null, nameof(column), $"Could not map a data view column '{column.Name}' of type '{column.Type}' to {typeof(T)}.");
    }

    private static IEnumerable<T[]> Arrays<T>(IDataView data, DataViewSchema.Column column) => Direct<VBuffer<T>>(data, column).Select(v => v.DenseValues().ToArray());
    private static IEnumerable<T> Direct<T>(IDataView data, DataViewSchema.Column column)
    {
        using var cursor = data.GetRowCursor([column]);
        var read = Cursors.Reader<T>(cursor, column);
        while (cursor.MoveNext()) yield return read();
    }
}
/// <summary>The first rows of a view, for looking at.</summary>
public sealed class DataDebuggerPreview
{
    public ImmutableArray<RowInfo> RowView { get; }
    internal DataDebuggerPreview(IDataView data, int maxRows)
    {
        var rows = ImmutableArray.CreateBuilder<RowInfo>();
        using var cursor = data.GetRowCursor(data.Schema);
        var read = data.Schema.Select(c => (Func<object>)Generic.Call(typeof(DataDebuggerPreview), nameof(Reader), [c.Type.RawType], cursor, c)).ToArray();
        while (rows.Count < maxRows && cursor.MoveNext()) rows.Add(new RowInfo(data.Schema.Select((c, i) => new KeyValuePair<string, object>(c.Name, read[i]())).ToArray()));
        RowView = rows.ToImmutable();
    }

    private static Func<object> Reader<T>(DataViewRow row, DataViewSchema.Column column) { var read = Cursors.Reader<T>(row, column); return () => read(); }
    public sealed class RowInfo { internal RowInfo(KeyValuePair<string, object>[] values) => Values = values; public KeyValuePair<string, object>[] Values { get; } }
}
