namespace Microsoft.ML.Vae.Report;

/// <summary>What stands above the data: title and legend.</summary>
internal static class Captions
{
    private const double Line = 18, Swatch = 14, Gap = 6, Between = 12, Bold = 1.1;

    /// <summary>Writes the title; returns where it ends.</summary>
    public static double Title(SvgWriter svg, Figure figure)
    {
        double y = 4;
        foreach (string line in Lettering.Wrap(figure.Title, figure.Width - 8, Lettering.TitleSize * Bold)) svg.Text(4, y += Line - 4, line, "title");
        return y + Gap;
    }

    /// <summary>Names the marks that have a name, in as many lines as that takes; returns where they end.</summary>
    public static double Legend(SvgWriter svg, Figure figure, IEnumerable<Mark> marks, double top)
    {
        double x = 4;
        Mark[] named = [.. marks.Where(m => m.Name is not null && m is not RuleMark)];
        if (named.Length == 0) return top;
        foreach (var mark in named)
        {
            string name = Lettering.Fit(mark.Name!, figure.Width - Swatch - Gap - 8);
            double width = Swatch + Gap + Lettering.Width(name) + Between;
            if (x > 4 && x + width - Between > figure.Width - 4) (x, top) = (4, top + Line);
            Sample(svg, mark, x, top + (Line / 2));
            svg.Text(x + Swatch + Gap, top + (Line / 2) + 4, name, "ink");
            x += width;
        }
        return top + Line + 2;
    }

    private static void Sample(SvgWriter svg, Mark mark, double x, double y)
    {
        string colour = FigureStyle.Series(mark.Colour);
        switch (mark)
        {
            case LineMark line: svg.Line(x, y, x + Swatch, y, $"line l{colour}{(line.IsDashed ? " dashed" : "")}"); break;
            case PointMark { Values: null }: svg.Path($"M{SvgWriter.Number(x + (Swatch / 2))} {SvgWriter.Number(y)}h0", $"dots l{colour}", " stroke-width=\"8\""); break;
            case PointMark: svg.Path($"M{SvgWriter.Number(x + (Swatch / 2))} {SvgWriter.Number(y)}h0", $"dots v{FigureStyle.LevelCount / 2}", " stroke-width=\"8\""); break;
            case BandMark: svg.Rectangle(x, y - 5, Swatch, 10, $"band f{colour}"); break;
            default: svg.Rectangle(x, y - 5, Swatch, 10, $"bar f{colour}"); break;
        }
    }
}
