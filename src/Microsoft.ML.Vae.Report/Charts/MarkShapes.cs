using System.Text;

namespace Microsoft.ML.Vae.Report;

/// <summary>The shapes of marks. Numbers go to the mark whose place they share, so that a thousand points are one element.</summary>
internal static class MarkShapes
{
    public static void Draw(SvgWriter svg, Plot plot, Mark mark)
    {
        string colour = FigureStyle.Series(mark.Colour);
        switch (mark)
        {
            case LineMark line:
                string thickness = line.Thickness == 2 ? "" : $" stroke-width=\"{SvgWriter.Number(line.Thickness)}\"";
                svg.Path(Trace(plot, line.X, line.Y), $"{(line.Thickness == 2 ? "line" : "axis")} l{colour}{(line.IsDashed ? " dashed" : "")}", thickness);
                break;
            case BandMark band: svg.Path(Outline(plot, band), $"band f{colour}"); break;
            case PointMark points: Points(svg, plot, points, colour); break;
            case BarMark bars: Bars(svg, plot, bars, colour); break;
            case FieldMark field: Field(svg, plot, field); break;
            case RuleMark { IsHorizontal: true } rule: svg.Line(plot.Left, plot.Up(rule.At), plot.Right, plot.Up(rule.At), "rule"); break;
            case RuleMark rule: svg.Line(plot.Across(rule.At), plot.Top, plot.Across(rule.At), plot.Bottom, "rule"); break;
            default: throw new NotSupportedException($"A mark of the kind {mark.GetType().Name} is not known.");
        }
    }

    private static string Trace(Plot plot, IReadOnlyList<double> xs, IReadOnlyList<double> ys)
    {
        var path = new StringBuilder();
        bool isDown = false;
        for (int i = 0; i < xs.Count; i++)
        {
            double x = plot.Across(xs[i]), y = plot.Up(ys[i]);
            if (double.IsFinite(x) && double.IsFinite(y)) path.Append(isDown ? 'L' : 'M').Append(SvgWriter.Number(x)).Append(' ').Append(SvgWriter.Number(y));
            isDown = double.IsFinite(x) && double.IsFinite(y);
        }
        return path.ToString();
    }

    private static string Outline(Plot plot, BandMark band)
    {
        int[] kept = [.. Enumerable.Range(0, band.X.Count).Where(i => double.IsFinite(band.X[i]) && double.IsFinite(plot.Up(band.Low[i])) && double.IsFinite(plot.Up(band.High[i])))];
        int[] back = [.. Enumerable.Reverse(kept)];
        if (kept.Length == 0) return "";
        string high = Trace(plot, [.. kept.Select(i => band.X[i])], [.. kept.Select(i => band.High[i])]), low = Trace(plot, [.. back.Select(i => band.X[i])], [.. back.Select(i => band.Low[i])]);
        return $"{high}L{low[1..]}Z";
    }

    private static void Points(SvgWriter svg, Plot plot, PointMark points, string colour)
    {
        string look = $" stroke-width=\"{SvgWriter.Number(2 * points.Radius)}\"{(points.Opacity < 1 ? $" stroke-opacity=\"{points.Opacity.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture)}\"" : "")}";
        if (points.Values is null)
        {
            svg.Path(Dots(plot, points, Enumerable.Range(0, points.X.Count)), $"dots l{colour}", look);
            return;
        }
        var scale = ColourBar.Range(points.Values);
        // From little to much, so that what stands out lies on top.
        foreach (var level in Enumerable.Range(0, points.X.Count).Where(i => double.IsFinite(scale.Share(points.Values.Values[i]))).GroupBy(i => Level(scale.Share(points.Values.Values[i]))).OrderBy(g => g.Key))
            svg.Path(Dots(plot, points, level), IsAmount(points.Values) ? $"dots v{level.Key}" : "dots",
                IsAmount(points.Values) ? look : $"{look} stroke=\"{points.Values.Map.At(level.Key / (FigureStyle.LevelCount - 1.0))}\"");
    }

    private static string Dots(Plot plot, PointMark points, IEnumerable<int> which)
    {
        var path = new StringBuilder();
        foreach (int i in which)
        {
            double x = plot.Across(points.X[i]), y = plot.Up(points.Y[i]);
            if (double.IsFinite(x) && double.IsFinite(y)) path.Append('M').Append(SvgWriter.Number(x)).Append(' ').Append(SvgWriter.Number(y)).Append("h0");
        }
        return path.ToString();
    }

    /// <summary>Whether colours of points follow the paper.</summary>
    public static bool IsAmount(ValueColours values) => values.Map == ColourMap.Amount;

    private static int Level(double share) => (int)Math.Round(Math.Clamp(share, 0, 1) * (FigureStyle.LevelCount - 1));

    private static void Bars(SvgWriter svg, Plot plot, BarMark bars, string colour)
    {
        var path = new StringBuilder();
        for (int i = 0; i < bars.Heights.Count; i++)
        {
            double low = plot.Up(0), high = plot.Up(bars.Heights[i]);
            if (!double.IsFinite(low)) low = plot.Bottom;
            if (!double.IsFinite(high) || !(low - high > 0.05)) continue;
            double left = plot.Across(bars.Edges[i]), right = plot.Across(bars.Edges[i + 1]), gap = right - left > 4 ? 0.5 : 0;
            path.Append('M').Append(SvgWriter.Number(left + gap)).Append(' ').Append(SvgWriter.Number(low)).Append('V').Append(SvgWriter.Number(high))
                .Append('H').Append(SvgWriter.Number(right - gap)).Append('V').Append(SvgWriter.Number(low)).Append('Z');
        }
        svg.Path(path.ToString(), $"bar f{colour}");
    }

    private static void Field(SvgWriter svg, Plot plot, FieldMark field)
    {
        var scale = ColourBar.Range(field.Colours);
        var pixels = new byte[field.Columns * field.Rows];
        for (int i = 0; i < pixels.Length; i++)
            pixels[((field.Rows - 1 - (i / field.Columns)) * field.Columns) + (i % field.Columns)] = Png.Level(scale.Share(field.Colours.Values[i]), 0, 1);
        double x = plot.Across(field.Low[0]), y = plot.Up(field.High[1]);
        svg.Image(x, y, plot.Across(field.High[0]) - x, plot.Up(field.Low[1]) - y, Png.Encode(pixels, field.Columns, field.Colours.Map), isSmooth: true);
    }
}
