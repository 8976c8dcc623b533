using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>An activation: derivatives are products with act′ and act″.</summary>
internal sealed class SmoothElementwise(PlacedLayer at, Activation activation) : SmoothLayer(at)
{
    public override void Push(ReadOnlySpan<double> x, Span<double> y, int groups, Span<double> scratch)
    {
        int group = y.Length / groups;
        Activate(x[..group], y[..group]);
        if (groups == 1) return;
        var slopes = scratch[..group];
        Slopes(x[..group], y[..group], slopes);
        for (int j = 1; j < groups; j++) TensorPrimitives.Multiply(x.Slice(j * group, group), slopes, y.Slice(j * group, group));
    }

    public override void PushTwice(ReadOnlySpan<double> x, Span<double> y, Span<double> scratch)
    {
        int group = y.Length / 3;
        ReadOnlySpan<double> values = x[..group], slope = x.Slice(group, group);
        Span<double> slopes = scratch[..group], second = y.Slice(2 * group, group);
        Activate(values, y[..group]);
        Slopes(values, y[..group], slopes);
        for (int i = 0; i < group; i++) second[i] = activation.Bend(values[i], y[i]);
        TensorPrimitives.Multiply(second, slope, second);
        TensorPrimitives.Multiply(second, slope, second);
        TensorPrimitives.MultiplyAdd(x.Slice(2 * group, group), slopes, second, second);
        TensorPrimitives.Multiply(slope, slopes, y.Slice(group, group));
    }

    public override void Pull(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> dy, Span<double> dx)
    {
        Slopes(x, y, dx);
        TensorPrimitives.Multiply(dx, dy, dx);
    }

    public override void AddHessians(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> adjoint, int points, Span<double> hessians, Span<double> scratch)
    {
        int group = adjoint.Length, d = (x.Length / group) - 1, stride = group / points;
        Span<double> bent = scratch[..group], scaled = scratch.Slice(group, group);
        for (int i = 0; i < group; i++) bent[i] = activation.Bend(x[i], y[i]);
        TensorPrimitives.Multiply(bent, adjoint, bent);
        for (int i = 0; i < d; i++)
        {
            TensorPrimitives.Multiply(bent, x.Slice((1 + i) * group, group), scaled);
            for (int j = 0; j < d; j++)
            {
                var tangents = x.Slice((1 + j) * group, group);
                for (int p = 0; p < points; p++)
                    hessians[(p * d * d) + (i * d) + j] += TensorPrimitives.Dot<double>(scaled.Slice(p * stride, stride), tangents.Slice(p * stride, stride));
            }
        }
    }

    // Whole blocks at a time where registers can do it: a function call for each element would cost as much as the products do.
    private void Activate(ReadOnlySpan<double> x, Span<double> y)
    {
        if (activation == Activation.Tanh) TensorPrimitives.Tanh(x, y);
        else if (activation == Activation.Sigmoid) TensorPrimitives.Sigmoid(x, y);
        else if (activation == Activation.Softplus) Softplus(x, y);
        else for (int i = 0; i < y.Length; i++) y[i] = activation.Value(x[i]);
    }

    private void Slopes(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> slopes)
    {
        if (activation == Activation.Softplus) TensorPrimitives.Sigmoid(x, slopes);
        else for (int i = 0; i < slopes.Length; i++) slopes[i] = activation.Slope(x[i], y[i]);
    }

    // max(x, 0) + ln(1 + e^−|x|)
    private static void Softplus(ReadOnlySpan<double> x, Span<double> y)
    {
        TensorPrimitives.Abs(x, y);
        TensorPrimitives.Negate(y, y);
        TensorPrimitives.Exp<double>(y, y);
        TensorPrimitives.LogP1<double>(y, y);
        for (int i = 0; i < y.Length; i++) y[i] += Math.Max(x[i], 0);
    }
}
