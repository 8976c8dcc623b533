namespace Microsoft.ML.Vae.Core;

/// <summary>Rows of floats at a fixed distance from each other.</summary>
/// <param name="First">The first row.</param>
/// <param name="Stride">From row to row, in floats.</param>
internal readonly unsafe record struct RowBlock(nint First, nint Stride)
{
    public RowBlock(float* first, nint stride)
        : this((nint)first, stride) { }

    public float* Pointer => (float*)First;

    /// <summary>Where a row begins.</summary>
    public float* Row(int row) => (float*)First + (row * Stride);

    /// <summary>The values of a row.</summary>
    public Span<float> Values(int row, int length) => new(Row(row), length);

    /// <summary>Copies rows of unknown surroundings to where whole registers may be read.</summary>
    public RowBlock Padded(int rows, int length, float* room)
    {
        var padded = new RowBlock(room, AlignedBuffer.RowStride(length));
        for (int r = 0; r < rows; r++) Values(r, length).CopyTo(padded.Values(r, length));
        return padded;
    }

    /// <summary>The rows from one on.</summary>
    public RowBlock From(int row) => new(Row(row), Stride);
}
