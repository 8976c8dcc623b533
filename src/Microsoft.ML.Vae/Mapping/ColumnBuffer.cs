using Microsoft.ML.Data;

namespace Microsoft.ML.Vae;

/// <summary>Values of one column that pass through, for the rows of a batch.</summary>
internal abstract class ColumnBuffer
{
    public abstract void Fetch(int slot);

    public abstract Delegate Getter(Func<int> slot);

    public static ColumnBuffer Create(DataViewRow row, DataViewSchema.Column column, int capacity)
    {
        var type = column.Type is VectorDataViewType vector
            ? typeof(VectorBuffer<>).MakeGenericType(vector.ItemType.RawType)
            : typeof(ValueBuffer<>).MakeGenericType(column.Type.RawType);
        return (ColumnBuffer)Activator.CreateInstance(type, row, column, capacity)!;
    }

    private sealed class ValueBuffer<T>(DataViewRow row, DataViewSchema.Column column, int capacity) : ColumnBuffer
    {
        private readonly T[] _values = new T[capacity];
        private readonly ValueGetter<T> _getter = row.GetGetter<T>(column);

        public override void Fetch(int slot)
        {
            // Cleared first: some getters dispose what they find in the slot, which may still be in a caller's hands.
            _values[slot] = default!;
            _getter(ref _values[slot]);
        }

        public override Delegate Getter(Func<int> slot) => (ValueGetter<T>)((ref T value) => value = _values[slot()]);
    }

    private sealed class VectorBuffer<T>(DataViewRow row, DataViewSchema.Column column, int capacity) : ColumnBuffer
    {
        private readonly VBuffer<T>[] _values = new VBuffer<T>[capacity];
        private readonly ValueGetter<VBuffer<T>> _getter = row.GetGetter<VBuffer<T>>(column);

        public override void Fetch(int slot) => _getter(ref _values[slot]);

        public override Delegate Getter(Func<int> slot) => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _values[slot()].CopyTo(ref value));
    }
}
