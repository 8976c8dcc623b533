using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>A transposed convolution: each input pixel adds its weighted patch to the output.</summary>
internal sealed class PlainTransposedConvolution(PlacedLayer at, PatchGeometry geometry) : IPlainLayer
{
    private readonly float[] _patches = new float[geometry.Count * geometry.Length];
    private readonly int _inputs = at.Input.Length, _outputs = at.Output.Length, _from = at.Input.Channels, _to = at.Output.Channels, _length = geometry.Length;

    public void Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, Span<float> y, int rows)
    {
        ReadOnlySpan<float> weight = at.Weight.Of(parameters), bias = at.Bias.Of(parameters);
        for (int r = 0; r < rows; r++)
        {
            var image = y.Slice(r * _outputs, _outputs);
            for (int i = 0; i < _outputs; i += _to) bias.CopyTo(image[i..]);
            Array.Clear(_patches);
            for (int p = 0; p < geometry.Count; p++)
                for (int c = 0; c < _from; c++)
                {
                    var patch = _patches.AsSpan(p * _length, _length);
                    TensorPrimitives.MultiplyAdd(weight.Slice(c * _length, _length), x[(r * _inputs) + (p * _from) + c], patch, patch);
                }
            geometry.ScatterAdd<float>(_patches, _length, image);
        }
    }

    public void Backward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, Span<float> gradient, int rows)
    {
        var weight = at.Weight.Of(parameters);
        Span<float> weightGradient = at.Weight.Of(gradient), biasGradient = at.Bias.Of(gradient);
        for (int r = 0; r < rows; r++)
        {
            var delta = dy.Slice(r * _outputs, _outputs);
            for (int i = 0; i < _outputs; i++) biasGradient[i % _to] += delta[i];
            geometry.Gather(delta, 0, _length, _patches.AsSpan(), _length);
            for (int p = 0; p < geometry.Count; p++)
                for (int c = 0; c < _from; c++)
                {
                    int pixel = (r * _inputs) + (p * _from) + c;
                    Span<float> patch = _patches.AsSpan(p * _length, _length), slope = weightGradient.Slice(c * _length, _length);
                    dx[pixel] = TensorPrimitives.Dot(patch, weight.Slice(c * _length, _length));
                    TensorPrimitives.MultiplyAdd(patch, x[pixel], slope, slope);
                }
        }
    }
}
