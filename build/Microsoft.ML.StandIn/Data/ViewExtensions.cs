// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.Collections.Immutable;
using Microsoft.ML.Runtime;

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
        var item = column.Type.GetItemType().RawType;
        var type = typeof(T);
        if (type == column.Type.RawType) return Direct<T>(data, column);
        if (type == typeof(string) && column.Type is TextDataViewType) return (IEnumerable<T>)Direct<ReadOnlyMemory<char>>(data, column).Select(x => x.ToString());
        if (type == typeof(string[]) && column.Type is VectorDataViewType { ItemType: TextDataViewType })
            return (IEnumerable<T>)Direct<VBuffer<ReadOnlyMemory<char>>>(data, column).Select(v => v.DenseValues().Select(x => x.ToString()).ToArray());
        if (type.IsArray && column.Type is VectorDataViewType && type.GetElementType() == item)
            return (IEnumerable<T>)Generic.Call(typeof(ColumnCursorExtensions), nameof(Arrays), [item], data, column);
        throw Contracts.ExceptParam(null, nameof(column), $"Could not map a data view column '{column.Name}' of type '{column.Type}' to {type}.");
    }

    private static IEnumerable<T[]> Arrays<T>(IDataView data, DataViewSchema.Column column)
        => Direct<VBuffer<T>>(data, column).Select(v => v.DenseValues().ToArray());

    private static IEnumerable<T> Direct<T>(IDataView data, DataViewSchema.Column column)
    {
        using var cursor = data.GetRowCursor([column]);
        var getter = cursor.GetGetter<T>(column);
        while (cursor.MoveNext())
        {
            T value = default;
            getter(ref value);
            yield return value;
        }
    }
}

/// <summary>The first rows of a view, for looking at.</summary>
public sealed class DataDebuggerPreview
{
    internal DataDebuggerPreview(IDataView data, int maxRows)
    {
        Schema = data.Schema;
        var rows = ImmutableArray.CreateBuilder<RowInfo>();
        using (var cursor = data.GetRowCursor(Schema))
        {
            var read = Schema.Select(c => (Func<object>)Generic.Call(typeof(DataDebuggerPreview), nameof(Reader), [c.Type.RawType], cursor, c)).ToArray();
            while (rows.Count < maxRows && cursor.MoveNext())
                rows.Add(new RowInfo(Schema.Select((c, i) => new KeyValuePair<string, object>(c.Name, read[i]())).ToArray()));
        }
        RowView = rows.ToImmutable();
        ColumnView = Schema.Select((c, i) => new ColumnInfo(c, RowView.Select(r => r.Values[i].Value).ToArray())).ToImmutableArray();
    }

    public DataViewSchema Schema { get; }
    public ImmutableArray<ColumnInfo> ColumnView { get; }
    public ImmutableArray<RowInfo> RowView { get; }
    public override string ToString() => $"{Schema.Count} columns, {RowView.Length} rows";

    private static Func<object> Reader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default;
            getter(ref value);
            return value;
        };
    }

    public sealed class RowInfo
    {
        internal RowInfo(KeyValuePair<string, object>[] values) => Values = values;
        public KeyValuePair<string, object>[] Values { get; }
    }

    public sealed class ColumnInfo
    {
        internal ColumnInfo(DataViewSchema.Column column, object[] values) => (Column, Values) = (column, values);
        public DataViewSchema.Column Column { get; }
        public object[] Values { get; }
    }
}
