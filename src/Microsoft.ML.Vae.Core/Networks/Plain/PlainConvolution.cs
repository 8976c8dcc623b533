using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>A convolution: at each place the same weights meet the place's patch.</summary>
internal sealed class PlainConvolution(PlacedLayer at, PatchGeometry geometry) : IPlainLayer
{
    private readonly float[] _patches = new float[geometry.Count * geometry.Length], _delta = new float[geometry.Count * geometry.Length];
    private readonly int _inputs = at.Input.Length, _outputs = at.Output.Length, _channels = at.Output.Channels, _length = geometry.Length;

    public void Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, Span<float> y, int rows)
    {
        ReadOnlySpan<float> weight = at.Weight.Of(parameters), bias = at.Bias.Of(parameters);
        for (int r = 0; r < rows; r++)
        {
            geometry.Gather(x.Slice(r * _inputs, _inputs), 0, _length, _patches.AsSpan(), _length);
            for (int p = 0; p < geometry.Count; p++)
                for (int c = 0; c < _channels; c++)
                    y[(r * _outputs) + (p * _channels) + c] = bias[c] + TensorPrimitives.Dot<float>(_patches.AsSpan(p * _length, _length), weight.Slice(c * _length, _length));
        }
    }

    public void Backward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, Span<float> gradient, int rows)
    {
        var weight = at.Weight.Of(parameters);
        Span<float> weightGradient = at.Weight.Of(gradient), biasGradient = at.Bias.Of(gradient);
        dx[..(rows * _inputs)].Clear();
        for (int r = 0; r < rows; r++)
        {
            geometry.Gather(x.Slice(r * _inputs, _inputs), 0, _length, _patches.AsSpan(), _length);
            Array.Clear(_delta);
            for (int p = 0; p < geometry.Count; p++)
                for (int c = 0; c < _channels; c++)
                {
                    float delta = dy[(r * _outputs) + (p * _channels) + c];
                    Span<float> patch = _patches.AsSpan(p * _length, _length), target = _delta.AsSpan(p * _length, _length), slope = weightGradient.Slice(c * _length, _length);
                    TensorPrimitives.MultiplyAdd(weight.Slice(c * _length, _length), delta, target, target);
                    TensorPrimitives.MultiplyAdd(patch, delta, slope, slope);
                    biasGradient[c] += delta;
                }
            geometry.ScatterAdd<float>(_delta, _length, dx.Slice(r * _inputs, _inputs));
        }
    }
}
