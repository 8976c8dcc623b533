namespace Microsoft.ML.Vae.Report;

/// <summary>Images in rows and columns, e.g. digits or strips along curves, with names beside the rows and above the columns. Its height follows from its width.</summary>
public sealed record ImageGrid : Figure
{
    private const double NameHeight = 16;

    /// <summary>The images, row by row: [pixel rows, pixel columns] each, values from <see cref="Low"/> to <see cref="High"/>, the uppermost row first. An empty one leaves its place empty.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Images { get; init; }

    /// <summary>Images in a row.</summary>
    public required int Columns { get; init; }

    /// <summary>Pixels in a row of an image.</summary>
    public required int PixelColumns { get; init; }

    /// <summary>Names beside the rows; empty: none.</summary>
    public IReadOnlyList<string> RowNames { get; init; } = [];

    /// <summary>Names above the columns; empty: none.</summary>
    public IReadOnlyList<string> ColumnNames { get; init; } = [];

    /// <summary>Value of the first colour.</summary>
    public double Low { get; init; }

    /// <summary>Value of the last colour.</summary>
    public double High { get; init; } = 1;

    /// <summary>Grey unless said otherwise.</summary>
    public ColourMap Map { get; init; } = ColourMap.Grey;

    internal override double Draw(SvgWriter svg)
    {
        int pixels = Images.Select(image => image.Count).DefaultIfEmpty().Max();
        if (Columns < 1 || PixelColumns < 1 || pixels % PixelColumns != 0 || Images.Any(image => image.Count != 0 && image.Count != pixels))
            throw new ArgumentException($"Image grid '{Title}': expected at least one column, and images of one size in rows of {PixelColumns} pixels, got up to {pixels} pixels.");
        double top = Captions.Title(svg, this) + 4, left = RowNames.Count == 0 ? 4 : 12 + RowNames.Max(name => Lettering.Width(name));
        int pixelRows = pixels / PixelColumns, rows = (Images.Count + Columns - 1) / Columns, across = (Columns * (PixelColumns + 1)) - 1, down = (rows * (pixelRows + 1)) - 1;
        double pixel = (Width - left - 4) / across, width = PixelColumns * pixel, height = pixelRows * pixel;
        if (ColumnNames.Count > 0) top += NameHeight;
        for (int c = 0; c < ColumnNames.Count; c++) svg.Text(left + (c * (width + pixel)) + (width / 2), top - 6, Lettering.Fit(ColumnNames[c], width), "small", "middle");
        for (int r = 0; r < Math.Min(rows, RowNames.Count); r++) svg.Text(left - 8, top + (r * (height + pixel)) + (height / 2) + 4, RowNames[r], "faint", "end");
        if (rows > 0 && down > 0) svg.Image(left, top, across * pixel, down * pixel, Png.Encode(Raster(pixelRows, across, down), across, Map), isSmooth: false);
        return top + Math.Max(0, down * pixel) + 6;
    }

    // All images in one raster, a pixel of nothing between them: a palette each would weigh more than the pixels.
    private byte[] Raster(int pixelRows, int across, int down)
    {
        var raster = new byte[across * down];
        Array.Fill(raster, Png.Transparent);
        for (int i = 0; i < Images.Count; i++)
            for (int p = 0; p < Images[i].Count; p++)
            {
                int y = (i / Columns * (pixelRows + 1)) + (p / PixelColumns), x = (i % Columns * (PixelColumns + 1)) + (p % PixelColumns);
                raster[(y * across) + x] = Png.Level(Images[i][p], Low, High);
            }
        return raster;
    }
}
