using System.Buffers;

namespace Microsoft.ML.Vae.Geometry;

/// <summary>Zeroed working memory from the shared pool, handed out in pieces and returned on disposal.</summary>
internal ref struct Scratch : IDisposable
{
    private readonly double[] _buffer;
    private int _used;

    public Scratch(int length)
    {
        _buffer = ArrayPool<double>.Shared.Rent(length);
        _buffer.AsSpan(0, length).Clear();
    }

    public Span<double> Take(int length)
    {
        _used += length;
        return _buffer.AsSpan(_used - length, length);
    }

    public readonly void Dispose() => ArrayPool<double>.Shared.Return(_buffer);
}
