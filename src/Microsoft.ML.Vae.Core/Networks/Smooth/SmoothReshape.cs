namespace Microsoft.ML.Vae.Core;

/// <summary>The same values in another shape: nothing but copies.</summary>
internal sealed class SmoothReshape(PlacedLayer at) : SmoothLayer(at)
{
    public override void Push(ReadOnlySpan<double> x, Span<double> y, int groups, Span<double> scratch) => x.CopyTo(y);

    public override void PushTwice(ReadOnlySpan<double> x, Span<double> y, Span<double> scratch) => x.CopyTo(y);

    public override void Pull(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> dy, Span<double> dx) => dy.CopyTo(dx);

    public override void AddHessians(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> adjoint, int points, Span<double> hessians, Span<double> scratch) { }
}
