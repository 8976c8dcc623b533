namespace Microsoft.ML.Vae.Tests.Support;

/// <summary>Any column's values as text that tells every bit apart.</summary>
internal static class Values
{
    public static string[] Of(IDataView view, string column)
    {
        using var cursor = view.GetRowCursor([view.Schema[column]]);
        var read = Reader(cursor, view.Schema[column]);
        var values = new List<string>();
        while (cursor.MoveNext()) values.Add(read());
        return [.. values];
    }

    /// <summary>A function that reads the current row.</summary>
    public static Func<string> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType { ItemType: var item } && item == NumberDataViewType.Int32) return Vector<int>(row, column, v => v.ToString());
        if (column.Type is VectorDataViewType { ItemType: NumberDataViewType }) return Vector<float>(row, column, Bits);
        if (column.Type == NumberDataViewType.Single) return Read(row.GetGetter<float>(column), Bits);
        if (column.Type == NumberDataViewType.Int64) return Read(row.GetGetter<long>(column), v => v.ToString());
        if (column.Type == BooleanDataViewType.Instance) return Read(row.GetGetter<bool>(column), v => v.ToString());
        if (column.Type == TextDataViewType.Instance) return Read(row.GetGetter<ReadOnlyMemory<char>>(column), v => v.ToString());
        throw new NotSupportedException(column.Type.ToString());
    }

    public static string Bits(float value) => BitConverter.SingleToInt32Bits(value).ToString("x8");

    public static string[] SlotNames(DataViewSchema.Column column)
    {
        var names = default(VBuffer<ReadOnlyMemory<char>>);
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(n => n.ToString())];
    }

    private static Func<string> Vector<T>(DataViewRow row, DataViewSchema.Column column, Func<T, string> text)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        var buffer = default(VBuffer<T>);
        return () =>
        {
            getter(ref buffer);
            return string.Join(' ', buffer.DenseValues().Select(text));
        };
    }

    private static Func<string> Read<T>(ValueGetter<T> getter, Func<T, string> text) => () =>
    {
        T value = default!;
        getter(ref value);
        return text(value);
    };
}
