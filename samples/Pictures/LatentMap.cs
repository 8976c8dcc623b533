namespace Pictures;

/// <summary>A rectangle of a two-dimensional latent space on a canvas: the second coordinate points upward.</summary>
public sealed class LatentMap
{
    private readonly double _lowX, _lowY, _scale;

    /// <summary>Maps a square of the latent space to a square of pixels inside the margin of a frame.</summary>
    public LatentMap(double centreX, double centreY, double halfWidth, int pixels)
    {
        (_lowX, _lowY, _scale) = (centreX - halfWidth, centreY - halfWidth, pixels / (2 * halfWidth));
        (Low, High, Pixels) = ([_lowX, _lowY], [centreX + halfWidth, centreY + halfWidth], pixels);
        Canvas = new Canvas(pixels + (2 * Axes.Margin), pixels + (2 * Axes.Margin), Colour.White);
    }

    public Canvas Canvas { get; }

    public int Pixels { get; }

    public double[] Low { get; }

    public double[] High { get; }

    public (double X, double Y) Place(double x, double y) => (Axes.Margin + ((x - _lowX) * _scale), Axes.Margin + Pixels - ((y - _lowY) * _scale));

    /// <summary>Fills the square with one value per pixel, the lowest row first, by colour from a low to a high value.</summary>
    public void Heat(ReadOnlySpan<double> values, double low, double high)
    {
        for (int i = 0; i < values.Length; i++)
            Canvas.Blend(Axes.Margin + (i % Pixels), Axes.Margin + Pixels - 1 - (i / Pixels), Colour.Amount((values[i] - low) / (high - low)));
    }

    public void Dot(double x, double y, double radius, Colour colour, double opacity = 1)
    {
        (double px, double py) = Place(x, y);
        Canvas.Disc(px, py, radius, colour, opacity);
    }

    /// <summary>Draws a curve through rows of two coordinates.</summary>
    public void Curve(ReadOnlySpan<double> points, double width, Colour colour)
    {
        var path = new (double, double)[points.Length / 2];
        for (int i = 0; i < path.Length; i++) path[i] = Place(points[2 * i], points[(2 * i) + 1]);
        Canvas.Path(path, width, colour);
    }

    /// <summary>The frame, the ranges along it, and a title.</summary>
    public void Frame(string title) => Canvas.Frame(title, new Axis("Z1", Low[0], High[0]), new Axis("Z2", Low[1], High[1]));
}
