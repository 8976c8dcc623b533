using System.Buffers;

namespace Microsoft.ML.Vae.Core;

/// <summary>A layer of the user's own, row by row through its own functions. Thread-safe.</summary>
/// <param name="layer">The layer.</param>
/// <param name="at">Its place.</param>
/// <param name="offset">Where its parameters begin in the buffer that the functions are given.</param>
internal sealed class PlainRowLayer(RowLayer layer, PlacedLayer at, int offset) : IPlainLayer
{
    private readonly int _inputs = at.Input.Length, _outputs = at.Output.Length;

    /// <summary>Number of its parameters.</summary>
    public int ParameterCount { get; } = at.Blocks.Sum(b => b.Length);

    public void Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, Span<float> y, int rows)
    {
        double[] buffer = ArrayPool<double>.Shared.Rent(_inputs + _outputs);
        Span<double> from = buffer.AsSpan(0, _inputs), to = buffer.AsSpan(_inputs, _outputs);
        for (int r = 0; r < rows; r++)
        {
            Widen(x.Slice(r * _inputs, _inputs), from);
            layer.Forward(from, parameters.Slice(offset, ParameterCount), to);
            Narrow(to, y.Slice(r * _outputs, _outputs));
        }
        ArrayPool<double>.Shared.Return(buffer);
    }

    public void Backward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, Span<float> gradient, int rows)
    {
        double[] buffer = ArrayPool<double>.Shared.Rent((2 * _inputs) + _outputs), sum = new double[ParameterCount];
        Span<double> from = buffer.AsSpan(0, _inputs), slope = buffer.AsSpan(_inputs, _inputs), delta = buffer.AsSpan(2 * _inputs, _outputs);
        for (int r = 0; r < rows; r++)
        {
            Widen(x.Slice(r * _inputs, _inputs), from);
            Widen(dy.Slice(r * _outputs, _outputs), delta);
            layer.Backward(from, parameters.Slice(offset, ParameterCount), delta, slope, sum);
            Narrow(slope, dx.Slice(r * _inputs, _inputs));
        }
        ArrayPool<double>.Shared.Return(buffer);
        if (gradient.IsEmpty) return;
        for (int i = 0; i < sum.Length; i++) gradient[offset + i] += (float)sum[i];
    }

    /// <summary>dy = J dx of one row.</summary>
    public void Tangent(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, ReadOnlySpan<float> dx, Span<float> dy)
    {
        double[] buffer = ArrayPool<double>.Shared.Rent((2 * _inputs) + _outputs);
        Span<double> from = buffer.AsSpan(0, _inputs), direction = buffer.AsSpan(_inputs, _inputs), moved = buffer.AsSpan(2 * _inputs, _outputs);
        Widen(x, from);
        Widen(dx, direction);
        layer.Tangent(from, parameters.Slice(offset, ParameterCount), direction, moved);
        Narrow(moved, dy);
        ArrayPool<double>.Shared.Return(buffer);
    }

    private static void Widen(ReadOnlySpan<float> source, Span<double> target)
    {
        for (int i = 0; i < source.Length; i++) target[i] = source[i];
    }

    private static void Narrow(ReadOnlySpan<double> source, Span<float> target)
    {
        for (int i = 0; i < source.Length; i++) target[i] = (float)source[i];
    }
}
