// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
namespace Microsoft.ML.Data;
/// <summary>A vector, dense (all values) or sparse (values and ascending indices; the rest is default). Its arrays may be reused by the next fetch.</summary>
public readonly struct VBuffer<T>
{
    public readonly int Length;
    private readonly T[] _values;
    private readonly int[] _indices;
    private readonly int _count;
    public VBuffer(int length, T[] values, int[] indices = null) : this(length, length, values, indices) { }
    public VBuffer(int length, int count, T[] values, int[] indices)
    {
        Contracts.CheckParam(null, length >= 0, nameof(length));
        Contracts.CheckParam(null, count >= 0 && count <= length, nameof(count));
        Contracts.CheckParam(null, (values?.Length ?? 0) >= count, nameof(values));
        Contracts.CheckParam(null, count == length || (indices?.Length ?? 0) >= count, nameof(indices));
        (Length, _values, _indices, _count) = (length, values, indices, count);
    }

    public bool IsDense => _count == Length;
    public ReadOnlySpan<T> GetValues() => _values.AsSpan(0, _count);
    public ReadOnlySpan<int> GetIndices() => IsDense ? default : _indices.AsSpan(0, _count);
    public void CopyTo(Span<T> destination)
    {
        Contracts.CheckParam(null, destination.Length >= Length, "destinationIndex", "Not large enough to hold these values.");
        if (IsDense) GetValues().CopyTo(destination);
        else destination[..Length].Clear();
        for (int i = 0; i < _count && !IsDense; i++) destination[_indices[i]] = _values[i];
    }

    public void CopyTo(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length, _count);
        GetValues().CopyTo(editor.Values);
        GetIndices().CopyTo(editor.Indices);
        destination = editor.Commit();
    }

    public void CopyToDense(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length);
        CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public IEnumerable<T> DenseValues()
    {
        for (int i = 0, k = 0; i < Length; i++)
            yield return IsDense ? _values[i] : k < _count && _indices[k] == i ? _values[k++] : default;
    }

    public T GetItemOrDefault(int index)
    {
        Contracts.CheckParam(null, index >= 0 && index < Length, nameof(index));
        if (IsDense) return _values[index];
        int k = _count == 0 ? -1 : Array.BinarySearch(_indices, 0, _count, index);
        return k >= 0 ? _values[k] : default;
    }

    public override string ToString() => IsDense ? $"Dense vector of size {Length}" : $"Sparse vector of size {Length}, {_count} explicit values";
    internal VBufferEditor<T> GetEditor(int length, int count) => new(length, count,
        (_values?.Length ?? 0) < count ? new T[count] : _values, count < length && (_indices?.Length ?? 0) < count ? new int[count] : _indices);
}

public static class VBufferEditor
{
    /// <summary>Gives the arrays of <paramref name="destination"/> for writing, larger ones when they do not suffice.</summary>
    public static VBufferEditor<T> Create<T>(scoped ref VBuffer<T> destination, int newLogicalLength, int? valuesCount = null)
    {
        Contracts.CheckParam(null, newLogicalLength >= 0, nameof(newLogicalLength), "Must be non-negative.");
        int count = valuesCount ?? newLogicalLength;
        Contracts.CheckParam(null, count >= 0, nameof(valuesCount), "If specified, must be non-negative.");
        Contracts.CheckParam(null, count <= newLogicalLength, nameof(valuesCount), "If specified, must be no greater than newLogicalLength");
        return destination.GetEditor(newLogicalLength, count);
    }
}

public readonly ref struct VBufferEditor<T>
{
    private readonly int _length;
    private readonly T[] _values;
    private readonly int[] _indices;
    public readonly Span<T> Values;
    public readonly Span<int> Indices;
    internal VBufferEditor(int length, int count, T[] values, int[] indices)
    {
        (_length, _values, _indices) = (length, values, indices);
        Values = values.AsSpan(0, count);
        Indices = count < length ? indices.AsSpan(0, count) : default;
    }

    public VBuffer<T> Commit() => new(_length, Values.Length, _values, _indices);
}
