namespace Microsoft.ML.Vae.Core;

/// <summary>Pixels whose channels do not fill registers: products work on padded copies.</summary>
internal static unsafe class Pixels
{
    /// <summary>The pixels as rows of whole registers: themselves where they are, else a copy with zeros behind each.</summary>
    /// <param name="image">[count, channels].</param>
    /// <param name="count">Pixels.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="scratch">Room for the copy.</param>
    public static RowBlock Padded(float* image, int count, int channels, float* scratch)
    {
        int padded = AlignedBuffer.Padded(channels);
        if (padded == channels) return new RowBlock(image, channels);
        for (int p = 0; p < count; p++)
        {
            var target = new Span<float>(scratch + ((nint)p * padded), padded);
            new ReadOnlySpan<float>(image + ((nint)p * channels), channels).CopyTo(target);
            target[channels..].Clear();
        }
        return new RowBlock(scratch, padded);
    }

    /// <summary>Drops the padding.</summary>
    public static void Pack(RowBlock padded, int count, int channels, float* image)
    {
        for (int p = 0; p < count; p++) padded.Values(p, channels).CopyTo(new Span<float>(image + ((nint)p * channels), channels));
    }
}
