namespace Microsoft.ML.Vae.Core;

/// <summary>Functions side by side; all Jacobians are symmetric.</summary>
internal sealed class SideBySideFunction(SideBySide layers) : IRowFunction
{
    private readonly (IRowFunction Function, int First, int Length)[] _branches = [.. layers.Placed().Select(b => (Of(b.At.Layer), b.First, b.At.Input.Length))];

    public void Forward(ReadOnlySpan<double> x, Span<double> y)
    {
        foreach (var (f, first, length) in _branches) f.Forward(x.Slice(first, length), y.Slice(first, length));
    }

    public void Tangent(ReadOnlySpan<double> x, ReadOnlySpan<double> dx, Span<double> dy)
    {
        foreach (var (f, first, length) in _branches) f.Tangent(x.Slice(first, length), dx.Slice(first, length), dy.Slice(first, length));
    }

    public void Adjoint(ReadOnlySpan<double> x, ReadOnlySpan<double> dy, Span<double> dx) => Tangent(x, dy, dx);

    public void SecondTangent(ReadOnlySpan<double> x, ReadOnlySpan<double> u, ReadOnlySpan<double> v, Span<double> result)
    {
        foreach (var (f, first, length) in _branches) f.SecondTangent(x.Slice(first, length), u.Slice(first, length), v.Slice(first, length), result.Slice(first, length));
    }

    private static IRowFunction Of(Layer layer) => layer switch
    {
        Elementwise e => new ElementwiseFunction(e.Activation),
        Softmax s => new SoftmaxFunction(s),
        _ => throw new ArgumentException($"A branch must be an activation or a softmax, but is {layer.Kind}."),
    };

    private sealed class ElementwiseFunction(Activation activation) : IRowFunction
    {
        public void Forward(ReadOnlySpan<double> x, Span<double> y)
        {
            for (int i = 0; i < x.Length; i++) y[i] = activation.Value(x[i]);
        }

        public void Tangent(ReadOnlySpan<double> x, ReadOnlySpan<double> dx, Span<double> dy)
        {
            for (int i = 0; i < x.Length; i++) dy[i] = activation.Slope(x[i], activation.Value(x[i])) * dx[i];
        }

        public void Adjoint(ReadOnlySpan<double> x, ReadOnlySpan<double> dy, Span<double> dx) => Tangent(x, dy, dx);

        public void SecondTangent(ReadOnlySpan<double> x, ReadOnlySpan<double> u, ReadOnlySpan<double> v, Span<double> result)
        {
            for (int i = 0; i < x.Length; i++) result[i] = activation.Bend(x[i], activation.Value(x[i])) * u[i] * v[i];
        }
    }
}
