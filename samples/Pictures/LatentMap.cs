namespace Pictures;

/// <summary>A rectangle of a two-dimensional latent space on a canvas: the second coordinate points upward.</summary>
public sealed class LatentMap
{
    private readonly double _lowX, _lowY, _scale;
    private readonly int _margin;

    /// <summary>Maps a square of the latent space to a square of pixels inside a margin.</summary>
    public LatentMap(double centreX, double centreY, double halfWidth, int pixels, int margin = 24)
    {
        (_lowX, _lowY, _scale, _margin) = (centreX - halfWidth, centreY - halfWidth, pixels / (2 * halfWidth), margin);
        (Low, High, Pixels) = ([_lowX, _lowY], [centreX + halfWidth, centreY + halfWidth], pixels);
        Canvas = new Canvas(pixels + 2 * margin, pixels + 2 * margin, Colour.White);
    }

    public Canvas Canvas { get; }

    public int Pixels { get; }

    public double[] Low { get; }

    public double[] High { get; }

    public (double X, double Y) Place(double x, double y) => (_margin + (x - _lowX) * _scale, _margin + Pixels - (y - _lowY) * _scale);

    /// <summary>Fills the square with one value per pixel, the lowest row first, by colour from a low to a high value.</summary>
    public void Heat(ReadOnlySpan<double> values, double low, double high)
    {
        for (int i = 0; i < values.Length; i++)
            Canvas.Blend(_margin + i % Pixels, _margin + Pixels - 1 - i / Pixels, Colour.Amount((values[i] - low) / (high - low)));
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
        for (int i = 0; i < path.Length; i++) path[i] = Place(points[2 * i], points[2 * i + 1]);
        Canvas.Path(path, width, colour);
    }

    /// <summary>The frame, the ranges along it, and a title.</summary>
    public void Frame(string title)
    {
        int far = _margin + Pixels;
        foreach ((int x0, int y0, int x1, int y1) in new[] { (_margin, _margin, far, _margin), (_margin, far, far, far), (_margin, _margin, _margin, far), (far, _margin, far, far) })
            Canvas.Line(x0, y0, x1, y1, 1, Colour.Black);
        Canvas.Write(_margin, 7, title, Colour.Black);
        Canvas.Write(_margin, far + 7, FormattableString.Invariant($"Z1 {Low[0]:f1} : {High[0]:f1}   Z2 {Low[1]:f1} : {High[1]:f1}"), Colour.Black);
    }
}
