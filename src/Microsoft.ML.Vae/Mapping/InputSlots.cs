using Microsoft.ML.Data;

namespace Microsoft.ML.Vae;

/// <summary>A vector column of the input, fetched into a [capacity, size] table.</summary>
internal sealed class VectorSlots(DataViewRow input, string column, int size, int capacity)
{
    private readonly ValueGetter<VBuffer<float>> _getter = input.GetGetter<VBuffer<float>>(input.Schema[column]);
    private VBuffer<float> _buffer;

    public float[] Table { get; } = new float[capacity * size];

    public Span<float> this[int slot] => Table.AsSpan(slot * size, size);

    /// <exception cref="InvalidOperationException">The row's vector has another length than its column: copied as it is, it would leave the rest to an earlier row.</exception>
    public void Fetch(int slot)
    {
        _getter(ref _buffer);
        if (_buffer.Length != size)
            throw new InvalidOperationException($"Column '{column}', row {input.Position}: expected {size} values, got {_buffer.Length}{(_buffer.Length == 0 ? "; a vector that is null has none" : "")}.");
        _buffer.CopyTo(this[slot]);
    }
}

/// <summary>A scalar column of the input, fetched into a table.</summary>
internal sealed class ScalarSlots(DataViewRow input, string column, int capacity)
{
    private readonly ValueGetter<float> _getter = input.GetGetter<float>(input.Schema[column]);

    public float[] Table { get; } = new float[capacity];

    public void Fetch(int slot) => _getter(ref Table[slot]);
}
