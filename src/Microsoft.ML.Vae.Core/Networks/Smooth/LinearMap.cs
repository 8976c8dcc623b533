using System.Buffers;

namespace Microsoft.ML.Vae.Core;

/// <summary>A matrix in double precision, known by its products with padded rows.</summary>
internal interface ILinearMap
{
    /// <summary>y = A x for each row.</summary>
    void Apply(ReadOnlySpan<double> x, Span<double> y);

    /// <summary>x = Aᵀ y for each row.</summary>
    void ApplyTransposed(ReadOnlySpan<double> y, Span<double> x);
}

/// <summary>Every output sees every input. Weight [outputs, inputs].</summary>
internal sealed class DenseMap(float[] weight, int inputs, int outputs) : ILinearMap
{
    private readonly DoublePanels _weight = new(inputs, outputs, (i, o) => weight[(o * inputs) + i]), _transpose = new(outputs, inputs, (o, i) => weight[(o * inputs) + i]);

    public void Apply(ReadOnlySpan<double> x, Span<double> y) => _weight.Multiply(x, y);

    public void ApplyTransposed(ReadOnlySpan<double> y, Span<double> x) => _transpose.Multiply(y, x);
}

/// <summary>Gathers patches and multiplies them; the other way round it adds them up. Weight [places' channels, patch].</summary>
internal sealed class PatchMap(float[] weight, PatchGeometry geometry) : ILinearMap
{
    private readonly DenseMap _patch = new(weight, geometry.Length, geometry.Places.Channels);
    private readonly int _patchStride = DoublePanels.Padded(geometry.Length), _placeStride = DoublePanels.Padded(geometry.Places.Channels);
    private readonly int _imageStride = DoublePanels.Padded(geometry.Image.Length), _outputStride = DoublePanels.Padded(geometry.Places.Length);

    public void Apply(ReadOnlySpan<double> x, Span<double> y)
    {
        Rent(out var buffer, out var patches, out var places);
        int channels = geometry.Places.Channels;
        for (int row = 0; row < y.Length / _outputStride; row++)
        {
            geometry.Gather(x.Slice(row * _imageStride, geometry.Image.Length), 0, geometry.Length, patches, _patchStride);
            _patch.Apply(patches, places);
            var target = y.Slice(row * _outputStride, _outputStride);
            for (int p = 0; p < geometry.Count; p++) places.Slice(p * _placeStride, channels).CopyTo(target[(p * channels)..]);
            target[geometry.Places.Length..].Clear();
        }
        ArrayPool<double>.Shared.Return(buffer);
    }

    public void ApplyTransposed(ReadOnlySpan<double> y, Span<double> x)
    {
        Rent(out var buffer, out var patches, out var places);
        int channels = geometry.Places.Channels;
        for (int row = 0; row < y.Length / _outputStride; row++)
        {
            for (int p = 0; p < geometry.Count; p++) y.Slice((row * _outputStride) + (p * channels), channels).CopyTo(places[(p * _placeStride)..]);
            _patch.ApplyTransposed(places, patches);
            var image = x.Slice(row * _imageStride, _imageStride);
            image.Clear();
            geometry.ScatterAdd<double>(patches, _patchStride, image);
        }
        ArrayPool<double>.Shared.Return(buffer);
    }

    // Zero at first: the padding of both stays so.
    private void Rent(out double[] buffer, out Span<double> patches, out Span<double> places)
    {
        buffer = ArrayPool<double>.Shared.Rent(geometry.Count * (_patchStride + _placeStride));
        patches = buffer.AsSpan(0, geometry.Count * _patchStride);
        places = buffer.AsSpan(patches.Length, geometry.Count * _placeStride);
        patches.Clear();
        places.Clear();
    }
}

/// <summary>The adjoint of another map.</summary>
internal sealed class AdjointMap(ILinearMap map) : ILinearMap
{
    public void Apply(ReadOnlySpan<double> x, Span<double> y) => map.ApplyTransposed(x, y);

    public void ApplyTransposed(ReadOnlySpan<double> y, Span<double> x) => map.Apply(y, x);
}
