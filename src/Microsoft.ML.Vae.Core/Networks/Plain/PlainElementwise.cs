namespace Microsoft.ML.Vae.Core;

/// <summary>An activation, each value rounded from double precision.</summary>
internal sealed class PlainElementwise(Activation activation) : IPlainLayer
{
    public void Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, Span<float> y, int rows)
    {
        for (int i = 0; i < x.Length; i++) y[i] = (float)activation.Value(x[i]);
    }

    public void Backward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, Span<float> gradient, int rows)
    {
        for (int i = 0; i < dy.Length; i++) dx[i] = (float)(dy[i] * activation.Slope(x[i], y[i]));
    }
}

/// <summary>The same values in another shape: nothing to compute.</summary>
internal sealed class PlainReshape : IPlainLayer
{
    public void Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, Span<float> y, int rows) => x.CopyTo(y);

    public void Backward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, Span<float> gradient, int rows) => dy.CopyTo(dx);
}
