namespace Pictures;

/// <summary>A raster of colours to draw on; x grows to the right and y downward, in pixels.</summary>
public sealed class Canvas
{
    private readonly Colour[] _pixels;

    public Canvas(int width, int height, Colour background)
    {
        (Width, Height, _pixels) = (width, height, new Colour[width * height]);
        Array.Fill(_pixels, background);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Mixes a colour into a pixel; outside the canvas nothing happens.</summary>
    public void Blend(int x, int y, Colour colour, double share = 1)
    {
        if (x < 0 || y < 0 || x >= Width || y >= Height) return;
        ref Colour pixel = ref _pixels[(y * Width) + x];
        pixel = pixel.Mix(colour, share);
    }

    public void Fill(int x, int y, int width, int height, Colour colour)
    {
        for (int row = y; row < y + height; row++)
        {
            for (int column = x; column < x + width; column++) Blend(column, row, colour);
        }
    }

    public void Disc(double x, double y, double radius, Colour colour, double opacity = 1) =>
        Stroke(x, y, x, y, radius, colour, opacity);

    public void Line(double x0, double y0, double x1, double y1, double width, Colour colour, double opacity = 1) =>
        Stroke(x0, y0, x1, y1, width / 2, colour, opacity);

    /// <summary>Joins points by lines; the joints of a transparent line show.</summary>
    public void Path(IReadOnlyList<(double X, double Y)> points, double width, Colour colour)
    {
        for (int i = 1; i < points.Count; i++) Line(points[i - 1].X, points[i - 1].Y, points[i].X, points[i].Y, width, colour);
    }

    /// <summary>Draws grey levels in [0, 1], [rows, columns], each as a square of pixels.</summary>
    public void Image(int x, int y, int scale, ReadOnlySpan<double> levels, int columns)
    {
        for (int i = 0; i < levels.Length; i++)
            Fill(x + (i % columns * scale), y + (i / columns * scale), scale, scale, Colour.Grey(Math.Clamp(levels[i], 0, 1)));
    }

    public void Save(string path)
    {
        var bytes = new byte[_pixels.Length * 3];
        for (int i = 0; i < _pixels.Length; i++)
            (bytes[3 * i], bytes[(3 * i) + 1], bytes[(3 * i) + 2]) = (Byte(_pixels[i].Red), Byte(_pixels[i].Green), Byte(_pixels[i].Blue));
        Png.Write(path, bytes, Width, Height);
    }

    /// <summary>All pixels within a distance of a segment, the edge smoothed over one pixel.</summary>
    private void Stroke(double x0, double y0, double x1, double y1, double radius, Colour colour, double opacity)
    {
        if (!double.IsFinite(x0 + y0 + x1 + y1)) return;
        double reach = radius + 1;
        int left = (int)Math.Max(0, Math.Min(x0, x1) - reach), right = (int)Math.Min(Width - 1, Math.Max(x0, x1) + reach);
        int top = (int)Math.Max(0, Math.Min(y0, y1) - reach), bottom = (int)Math.Min(Height - 1, Math.Max(y0, y1) + reach);
        double dx = x1 - x0, dy = y1 - y0, squared = (dx * dx) + (dy * dy);
        for (int y = top; y <= bottom; y++)
        {
            for (int x = left; x <= right; x++)
            {
                double t = squared > 0 ? Math.Clamp((((x - x0) * dx) + ((y - y0) * dy)) / squared, 0, 1) : 0;
                double distance = double.Hypot(x - x0 - (t * dx), y - y0 - (t * dy));
                double cover = Math.Clamp(radius + 0.5 - distance, 0, 1);
                if (cover > 0) Blend(x, y, colour, cover * opacity);
            }
        }
    }

    private static byte Byte(double share) => (byte)Math.Round(255 * Math.Clamp(share, 0, 1));
}
