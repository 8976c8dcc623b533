using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>y = A x + b: dense layers and convolutions of either direction.</summary>
/// <param name="at">The layer in its place.</param>
/// <param name="map">A.</param>
/// <param name="bias">b, repeated to the length of a row.</param>
internal sealed class SmoothLinear(PlacedLayer at, ILinearMap map, ReadOnlySpan<float> bias) : SmoothLayer(at)
{
    private readonly double[] _bias = Tile(bias, at.Output.Length);

    public override void Push(ReadOnlySpan<double> x, Span<double> y, int groups, Span<double> scratch)
    {
        map.Apply(x, y);
        var values = y[..(y.Length / groups)];
        for (int row = 0; row < values.Length; row += Stride) TensorPrimitives.Add(values.Slice(row, Stride), _bias, values.Slice(row, Stride));
    }

    public override void PushTwice(ReadOnlySpan<double> x, Span<double> y, Span<double> scratch) => Push(x, y, 3, scratch);

    public override void Pull(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> dy, Span<double> dx) => map.ApplyTransposed(dy, dx);

    public override void AddHessians(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> adjoint, int points, Span<double> hessians, Span<double> scratch) { }

    private static double[] Tile(ReadOnlySpan<float> bias, int length)
    {
        var tiled = new double[DoublePanels.Padded(length)];
        for (int i = 0; i < length; i++) tiled[i] = bias[i % bias.Length];
        return tiled;
    }
}
