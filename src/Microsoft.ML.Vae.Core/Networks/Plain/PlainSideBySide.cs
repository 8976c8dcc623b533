namespace Microsoft.ML.Vae.Core;

/// <summary>Branches one after another, row by row.</summary>
internal sealed class PlainSideBySide(SideBySide layers, PlacedLayer at) : IPlainLayer
{
    private readonly (IPlainLayer Layer, int First, int Length)[] _branches = [.. layers.Placed().Select(b => (b.At.Accept(PlainLayers.Instance), b.First, b.At.Input.Length))];
    private readonly int _length = at.Input.Length;

    public void Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, Span<float> y, int rows)
    {
        for (int r = 0; r < rows; r++)
            foreach (var (layer, first, length) in _branches) layer.Forward([], x.Slice((r * _length) + first, length), y.Slice((r * _length) + first, length), 1);
    }

    public void Backward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, Span<float> gradient, int rows)
    {
        for (int r = 0; r < rows; r++)
            foreach (var (layer, first, length) in _branches)
            {
                int from = (r * _length) + first;
                layer.Backward([], x.Slice(from, length), y.Slice(from, length), dy.Slice(from, length), dx.Slice(from, length), [], 1);
            }
    }
}
