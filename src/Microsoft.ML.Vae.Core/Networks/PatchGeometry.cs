using System.Numerics;
using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>Which pixels of an image make up the patch of each place: a convolution gathers patches, its adjoint adds them back.</summary>
/// <param name="Image">The larger side, [height, width, channels].</param>
/// <param name="Places">The smaller side: one patch for each of its pixels, in reading order.</param>
/// <param name="Kernel">Side of a patch.</param>
/// <param name="Stride">Pixels between neighbouring patches.</param>
internal readonly record struct PatchGeometry(Shape Image, Shape Places, int Kernel, int Stride)
{
    /// <summary>Number of patches.</summary>
    public int Count => Places.Height * Places.Width;

    /// <summary>Values of a patch: [kernel, kernel, channels].</summary>
    public int Length => checked(Kernel * Kernel * Image.Channels);

    private int Line => Kernel * Image.Channels;

    private int Padding => (Kernel - 1) / 2;

    public static void Validate(int channels, int kernel, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels, "channels of a convolution");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stride, "stride of a convolution");
        if (kernel < 1 || kernel % 2 == 0) throw new ArgumentOutOfRangeException(nameof(kernel), kernel, "A convolution's kernel: expected an odd number, so that a patch has a middle.");
    }

    /// <summary>Writes values <paramref name="from"/> … <paramref name="to"/>−1 of each patch, zero beyond the image.</summary>
    /// <param name="image">One image.</param>
    /// <param name="from">First value of a patch.</param>
    /// <param name="to">Value after the last.</param>
    /// <param name="patches">[Count, stride]; only the first to−from values of a row are written.</param>
    /// <param name="stride">From patch to patch.</param>
    public void Gather<T>(ReadOnlySpan<T> image, int from, int to, Span<T> patches, int stride)
    {
        for (int place = 0; place < Count; place++)
            for (int k = from; k < to;)
            {
                var run = Run(place, k, to);
                var target = patches.Slice((place * stride) + k - from, run.Length);
                if (run.Source < 0) target.Clear();
                else image.Slice(run.Source, run.Length).CopyTo(target);
                k += run.Length;
            }
    }

    /// <summary>Adds each patch to its place in the image; what lies beyond the image is lost.</summary>
    /// <param name="patches">[Count, stride].</param>
    /// <param name="stride">From patch to patch.</param>
    /// <param name="image">One image.</param>
    public void ScatterAdd<T>(ReadOnlySpan<T> patches, int stride, Span<T> image) where T : struct, INumber<T>
    {
        for (int place = 0; place < Count; place++)
            for (int k = 0; k < Length;)
            {
                var run = Run(place, k, Length);
                if (run.Source >= 0) Add(patches.Slice((place * stride) + k, run.Length), image.Slice(run.Source, run.Length));
                k += run.Length;
            }
    }

    // Short runs do not repay a call.
    private static void Add<T>(ReadOnlySpan<T> values, Span<T> target) where T : struct, INumber<T>
    {
        const int Short = 8;
        if (values.Length >= Short)
        {
            TensorPrimitives.Add(target, values, target);
            return;
        }
        for (int i = 0; i < values.Length; i++) target[i] += values[i];
    }

    // The values from k on that lie side by side in the image, and where; −1: they lie beyond it.
    private (int Source, int Length) Run(int place, int k, int to)
    {
        int line = k / Line, end = Math.Min(to, (line + 1) * Line), channels = Image.Channels;
        int y = (place / Places.Width * Stride) - Padding + line, left = ((place % Places.Width * Stride) - Padding) * channels;
        if ((uint)y >= (uint)Image.Height) return (-1, end - k);
        int x = left + (k % Line), width = Image.Width * channels;
        if (x < 0) return (-1, Math.Min(end - k, -x));
        if (x >= width) return (-1, end - k);
        return ((y * width) + x, Math.Min(end - k, width - x));
    }
}
