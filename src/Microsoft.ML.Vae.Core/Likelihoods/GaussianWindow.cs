namespace Microsoft.ML.Vae.Core;

/// <summary>Local means of an image under a sliding Gaussian window, and their adjoint; every channel by itself.</summary>
/// <param name="image">The image; at least one window must fit.</param>
internal sealed class GaussianWindow(Shape image)
{
    /// <summary>Side of the window, and its deviation in pixels (Wang et al. 2004).</summary>
    public const int Side = 11;

    private const double Deviation = 1.5;

    /// <summary>The one-dimensional weights; the window's are their products.</summary>
    public static readonly double[] Profile = Normalized();

    private readonly int _height = image.Height - Side + 1, _width = image.Width - Side + 1;

    /// <summary>Windows times channels.</summary>
    public int Count => _height * _width * image.Channels;

    /// <summary>Writes the local mean of each window: [windows, channels] from [pixels, channels].</summary>
    public void Means(ReadOnlySpan<double> pixels, Span<double> means)
    {
        int channels = image.Channels, line = image.Width * channels;
        var columns = new double[_height * line];
        for (int y = 0; y < _height; y++)
            for (int k = 0; k < Side; k++)
                for (int i = 0; i < line; i++) columns[(y * line) + i] += Profile[k] * pixels[((y + k) * line) + i];
        means.Clear();
        for (int y = 0; y < _height; y++)
            for (int i = 0; i < _width * channels; i++)
                for (int k = 0; k < Side; k++) means[(y * _width * channels) + i] += Profile[k] * columns[(y * line) + i + (k * channels)];
    }

    /// <summary>Writes Σ over windows of weight · value at each pixel: the adjoint of <see cref="Means"/>.</summary>
    public void Spread(ReadOnlySpan<double> values, Span<double> pixels)
    {
        int channels = image.Channels, line = image.Width * channels;
        var columns = new double[_height * line];
        for (int y = 0; y < _height; y++)
            for (int i = 0; i < _width * channels; i++)
                for (int k = 0; k < Side; k++) columns[(y * line) + i + (k * channels)] += Profile[k] * values[(y * _width * channels) + i];
        pixels.Clear();
        for (int y = 0; y < _height; y++)
            for (int k = 0; k < Side; k++)
                for (int i = 0; i < line; i++) pixels[((y + k) * line) + i] += Profile[k] * columns[(y * line) + i];
    }

    private static double[] Normalized()
    {
        double[] weights = [.. Enumerable.Range(0, Side).Select(k => Math.Exp(-0.5 * Math.Pow((k - (Side / 2)) / Deviation, 2)))];
        double sum = weights.Sum();
        return [.. weights.Select(w => w / sum)];
    }
}
