using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>Floats that start on a cache line and never move: a pinned array, zero at first, freed by the garbage collector.</summary>
internal sealed unsafe class AlignedBuffer
{
    private const int LineBytes = 64, LineFloats = LineBytes / sizeof(float);

    private readonly float[] _array;
    private readonly int _start;

    public AlignedBuffer(int length)
    {
        Length = length;
        _array = GC.AllocateArray<float>(checked(length + (2 * LineFloats)), pinned: true);
        nint address = (nint)Unsafe.AsPointer(ref _array[0]);
        _start = (int)((LineBytes - (address % LineBytes)) % LineBytes) / sizeof(float);
        Pointer = (float*)address + _start;
    }

    public int Length { get; }

    /// <summary>The first float; valid as long as this object is reachable. A full register may be read past the end.</summary>
    public float* Pointer { get; }

    public Span<float> Span => _array.AsSpan(_start, Length);

    /// <summary>The length of a row padded to whole cache lines, and off the strides of which every fourth line would share a cache set.</summary>
    public static int RowStride(int columns)
    {
        int stride = Padded(columns);
        return stride % (4 * LineFloats) == 0 ? stride + LineFloats : stride;
    }

    /// <summary>The next multiple of a cache line's floats.</summary>
    public static int Padded(int columns) => (columns + LineFloats - 1) / LineFloats * LineFloats;
}
