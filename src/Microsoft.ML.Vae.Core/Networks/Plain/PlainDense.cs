using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>y = W x + b. Each output sums in one fixed order, whatever the number of rows.</summary>
internal sealed class PlainDense(PlacedLayer at) : IPlainLayer
{
    private readonly int _inputs = at.Weight.Columns, _outputs = at.Weight.Rows;

    public void Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, Span<float> y, int rows)
    {
        ReadOnlySpan<float> weight = at.Weight.Of(parameters), bias = at.Bias.Of(parameters);
        for (int r = 0; r < rows; r++)
            for (int o = 0; o < _outputs; o++)
                y[(r * _outputs) + o] = bias[o] + TensorPrimitives.Dot(x.Slice(r * _inputs, _inputs), weight.Slice(o * _inputs, _inputs));
    }

    public void Backward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, Span<float> gradient, int rows)
    {
        var weight = at.Weight.Of(parameters);
        Span<float> weightGradient = at.Weight.Of(gradient), biasGradient = at.Bias.Of(gradient);
        dx[..(rows * _inputs)].Clear();
        for (int r = 0; r < rows; r++)
            for (int o = 0; o < _outputs; o++)
            {
                float delta = dy[(r * _outputs) + o];
                Span<float> target = dx.Slice(r * _inputs, _inputs), slope = weightGradient.Slice(o * _inputs, _inputs);
                TensorPrimitives.MultiplyAdd(weight.Slice(o * _inputs, _inputs), delta, target, target);
                TensorPrimitives.MultiplyAdd(x.Slice(r * _inputs, _inputs), delta, slope, slope);
                biasGradient[o] += delta;
            }
    }
}
