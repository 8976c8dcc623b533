// Stand-in for Microsoft.ML: re-stated public API, never shipped. See README.md in this project.
using System.Collections;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A vector, dense (all values) or sparse (values and ascending indices; the rest is default). Its arrays may be reused by the next fetch.</summary>
public readonly struct VBuffer<T> : IEnumerable
{
    public readonly int Length;
    private readonly T[] _values;
    private readonly int[] _indices;
    private readonly int _count;

    public VBuffer(int length, T[] values, int[] indices = null)
    {
        Contracts.CheckParam(null, length >= 0, nameof(length));
        Contracts.CheckParam(null, (values?.Length ?? 0) >= length, nameof(values));
        (Length, _values, _indices, _count) = (length, values, indices, length);
    }

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

    public void CopyTo(Span<T> destination) => CopyTo(destination, 0);

    public void CopyTo(Span<T> destination, int destinationIndex, T defaultValue = default)
    {
        Contracts.CheckParam(null, destinationIndex >= 0 && destinationIndex <= destination.Length - Length, nameof(destinationIndex), "Not large enough to hold these values.");
        var target = destination.Slice(destinationIndex, Length);
        if (IsDense)
        {
            GetValues().CopyTo(target);
            return;
        }
        target.Fill(defaultValue);
        for (int i = 0; i < _count; i++) target[_indices[i]] = _values[i];
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
        {
            if (IsDense) yield return _values[i];
            else yield return k < _count && _indices[k] == i ? _values[k++] : default;
        }
    }

    /// <summary>Index and value of the explicit items, or of all items.</summary>
    public IEnumerable<KeyValuePair<int, T>> Items(bool all = false)
    {
        if (all || IsDense)
        {
            int i = 0;
            foreach (T value in DenseValues()) yield return new(i++, value);
            yield break;
        }
        for (int i = 0; i < _count; i++) yield return new(_indices[i], _values[i]);
    }

    public T GetItemOrDefault(int index)
    {
        Contracts.CheckParam(null, index >= 0 && index < Length, nameof(index));
        if (IsDense) return _values[index];
        int k = _count == 0 ? -1 : Array.BinarySearch(_indices, 0, _count, index);
        return k >= 0 ? _values[k] : default;
    }

    public void GetItemOrDefault(int index, ref T destination) => destination = GetItemOrDefault(index);

    public IEnumerator GetEnumerator() => _values.GetEnumerator();

    public override string ToString()
        => IsDense ? $"Dense vector of size {Length}" : $"Sparse vector of size {Length}, {_count} explicit values";

    internal VBufferEditor<T> GetEditor(int length, int count, bool keepOld, bool requireIndicesOnDense)
    {
        var values = _values;
        var indices = _indices;
        bool newValues = (values?.Length ?? 0) < count;
        if (newValues)
        {
            values = new T[count];
            if (keepOld) GetValues().CopyTo(values);
        }
        bool newIndices = (count < length || requireIndicesOnDense) && (indices?.Length ?? 0) < count;
        if (newIndices)
        {
            indices = new int[count];
            if (keepOld && !IsDense) GetIndices().CopyTo(indices);
        }
        return new VBufferEditor<T>(length, count, values, indices, requireIndicesOnDense, newValues, newIndices);
    }

    internal VBufferEditor<T> GetEditor() => GetEditor(Length, _count, true, false);
}

public static class VBufferEditor
{
    public static VBufferEditor<T> CreateFromBuffer<T>(scoped ref VBuffer<T> destination) => destination.GetEditor();

    /// <summary>Gives the arrays of <paramref name="destination"/> for writing, larger ones when they do not suffice.</summary>
    public static VBufferEditor<T> Create<T>(scoped ref VBuffer<T> destination, int newLogicalLength, int? valuesCount = null,
        int? maxValuesCapacity = null, bool keepOldOnResize = false, bool requireIndicesOnDense = false)
    {
        Contracts.CheckParam(null, newLogicalLength >= 0, nameof(newLogicalLength), "Must be non-negative.");
        int count = valuesCount ?? newLogicalLength;
        Contracts.CheckParam(null, count >= 0, nameof(valuesCount), "If specified, must be non-negative.");
        Contracts.CheckParam(null, count <= newLogicalLength, nameof(valuesCount), "If specified, must be no greater than newLogicalLength");
        return destination.GetEditor(newLogicalLength, count, keepOldOnResize, requireIndicesOnDense);
    }
}

public readonly ref struct VBufferEditor<T>
{
    private readonly int _length;
    private readonly T[] _values;
    private readonly int[] _indices;
    public readonly Span<T> Values;
    public readonly Span<int> Indices;

    internal VBufferEditor(int length, int count, T[] values, int[] indices, bool requireIndicesOnDense, bool newValues, bool newIndices)
    {
        (_length, _values, _indices) = (length, values, indices);
        Values = values.AsSpan(0, count);
        Indices = count < length || requireIndicesOnDense ? indices.AsSpan(0, count) : default;
        CreatedNewValues = newValues;
        CreatedNewIndices = newIndices;
    }

    public bool CreatedNewValues { get; }
    public bool CreatedNewIndices { get; }

    public VBuffer<T> Commit() => new(_length, Values.Length, _values, _indices);

    public VBuffer<T> CommitTruncated(int physicalValuesCount)
    {
        Contracts.CheckParam(null, physicalValuesCount <= Values.Length, nameof(physicalValuesCount),
            "Updating physicalValuesCount during CommitTruncated cannot be greater than the original physicalValuesCount value used in Create.");
        return new(_length, physicalValuesCount, _values, _indices);
    }
}
