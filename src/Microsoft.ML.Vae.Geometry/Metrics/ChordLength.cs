using System.Buffers;

namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// Lengths of the polygons through a curve's images at ever finer equal steps, each short of the curve's by an error of second order.
/// Images once evaluated are kept.
/// </summary>
internal sealed class ChordLength(IImmersion immersion, LatentCurve curve) : IDisposable
{
    // Points evaluated together.
    private const int Together = 16;

    private readonly int _d = curve.Dimension, _ambient = immersion.AmbientDimension;
    private double[] _images = [];
    private int _pieces;

    /// <summary>The length with so many pieces: any number at first, then twice the last.</summary>
    public double Of(int pieces)
    {
        double[] finer = ArrayPool<double>.Shared.Rent((pieces + 1) * _ambient);
        bool isFirst = _pieces == 0;
        for (int i = 0; i <= _pieces && !isFirst; i++) Image(_images, i).CopyTo(Image(finer, 2 * i));
        for (int i = isFirst ? 0 : 1, step = isFirst ? 1 : 2; i <= pieces; i += Together * step)
            Evaluate(finer, i, step, Math.Min(Together, ((pieces - i) / step) + 1), pieces);
        Dispose();
        (_images, _pieces) = (finer, pieces);
        double sum = 0;
        for (int i = 0; i < pieces; i++) sum += DenseAlgebra.Distance(Image(finer, i), Image(finer, i + 1));
        return sum;
    }

    public void Dispose()
    {
        if (_images.Length > 0) ArrayPool<double>.Shared.Return(_images);
        _images = [];
    }

    private void Evaluate(double[] images, int first, int step, int count, int pieces)
    {
        using var scratch = new Scratch(count * (_d + _ambient));
        Span<double> latents = scratch.Take(count * _d), added = scratch.Take(count * _ambient);
        for (int k = 0; k < count; k++) curve.Evaluate((double)(first + (k * step)) / pieces, latents.Slice(k * _d, _d));
        immersion.EvaluateAll(latents, added);
        for (int k = 0; k < count; k++) added.Slice(k * _ambient, _ambient).CopyTo(Image(images, first + (k * step)));
    }

    private Span<double> Image(double[] images, int i) => images.AsSpan(i * _ambient, _ambient);
}
