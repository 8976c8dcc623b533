namespace Microsoft.ML.Vae.Report;

/// <summary>Several figures side by side in one picture, each in its own width; its height follows.</summary>
public sealed record FigureGrid : Figure
{
    private const double Gap = 16;

    /// <summary>Row by row.</summary>
    public required IReadOnlyList<Figure> Figures { get; init; }

    /// <summary>Figures in a row.</summary>
    public required int Columns { get; init; }

    /// <summary>Figures in a grid whose width is that of its widest row.</summary>
    public static FigureGrid Of(string title, string description, int columns, params IReadOnlyList<Figure> figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        double width = figures.Chunk(columns).Select(row => row.Sum(f => f.Width + Gap) - Gap).DefaultIfEmpty().Max();
        return new FigureGrid { Title = title, Description = description, Figures = figures, Columns = columns, Width = (int)Math.Ceiling(width) };
    }

    internal override double Draw(SvgWriter svg)
    {
        double y = Captions.Title(svg, this) + 6;
        foreach (var row in Figures.Select((figure, index) => (figure, index)).Chunk(Columns))
        {
            double x = 0, tallest = 0;
            foreach (var (figure, index) in row)
            {
                // Parts of each are named apart.
                var inside = new SvgWriter($"{svg.Id}-{index}", isAlone: false);
                svg.Move(x, y);
                tallest = Math.Max(tallest, figure.Draw(inside));
                svg.Add(inside);
                svg.End();
                x += figure.Width + Gap;
            }
            y += tallest + Gap;
        }
        return y - Gap;
    }
}
