using Microsoft.ML.Data;

namespace Microsoft.ML.Vae;

/// <summary>A vector column of the input, fetched into a [capacity, size] table.</summary>
internal sealed class VectorSlots(DataViewRow input, string column, int size, int capacity)
{
    private readonly ValueGetter<VBuffer<float>> _getter = input.GetGetter<VBuffer<float>>(input.Schema[column]);
    private VBuffer<float> _buffer;

    public float[] Table { get; } = new float[capacity * size];

    public Span<float> this[int slot] => Table.AsSpan(slot * size, size);

    public void Fetch(int slot)
    {
        _getter(ref _buffer);
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
