using Microsoft.ML.Data;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Writes values into the buffers that ML.NET hands to getters.</summary>
internal static class OutputValue
{
    /// <summary>A table [capacity, size] as it is when a value is read.</summary>
    public delegate ReadOnlySpan<T> Table<T>();

    /// <summary>The whole numbers of a slot.</summary>
    public delegate ReadOnlySpan<int> IndexTable(int slot);

    public static void Write<T>(ref VBuffer<T> target, ReadOnlySpan<T> values)
    {
        var editor = VBufferEditor.Create(ref target, values.Length);
        values.CopyTo(editor.Values);
        target = editor.Commit();
    }

    public static Delegate Scalar(Func<int, float> value, Func<int> slot) => (ValueGetter<float>)((ref float target) => target = value(slot()));

    public static Delegate Flag(Func<int, bool> value, Func<int> slot) => (ValueGetter<bool>)((ref bool target) => target = value(slot()));

    public static Delegate Vector(Table<float> table, int size, Func<int> slot) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> target) => Write(ref target, table().Slice(slot() * size, size)));

    /// <summary>Whole numbers.</summary>
    public static Delegate Indices(IndexTable table, Func<int> slot) => (ValueGetter<VBuffer<int>>)((ref VBuffer<int> target) => Write(ref target, table(slot())));

    /// <summary>Each value as a column stores it.</summary>
    public static Delegate Vector(Table<double> table, int size, Func<int> slot) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> target) =>
    {
        var values = table().Slice(slot() * size, size);
        var editor = VBufferEditor.Create(ref target, size);
        for (int i = 0; i < size; i++) editor.Values[i] = VaeScorer.ToColumn(values[i]);
        target = editor.Commit();
    });
}
