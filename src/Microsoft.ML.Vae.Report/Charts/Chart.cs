namespace Microsoft.ML.Vae.Report;

/// <summary>Marks between two axes: lines with bands, points, histograms, fields. Legend and colour bar stand outside the data.</summary>
public sealed record Chart : Figure
{
    private const double MarkSpace = 90, UpMarkSpace = 55;

    // Dots on an end of an axis are seen whole.
    private const double Rim = 3;

    /// <summary>The horizontal axis.</summary>
    public required Axis X { get; init; }

    /// <summary>The vertical axis; its name stands above it.</summary>
    public required Axis Y { get; init; }

    /// <summary>What is drawn, the first lowest.</summary>
    public required IReadOnlyList<Mark> Marks { get; init; }

    /// <summary>Whether a unit is as long on both axes; the height then follows from the width.</summary>
    public bool IsEqual { get; init; }

    internal override double Draw(SvgWriter svg) => DrawPlot(svg).Height;

    /// <summary>Draws, and tells where the data lie.</summary>
    internal (Plot Plot, double Height) DrawPlot(SvgWriter svg)
    {
        foreach (var mark in Marks) mark.Validate(Title);
        double top = Captions.Title(svg, this);
        top = Captions.Legend(svg, this, Marks, top);
        var coloured = Marks.Select(Coloured).OfType<ValueColours>().FirstOrDefault();
        var y = AxisRange.Of(Y, Marks.SelectMany(m => m.Ups()), (int)Math.Max(2, (Height - top) / UpMarkSpace));
        double left = Math.Max(28, 10 + y.Marks().Select(m => Lettering.Width(m.Name)).DefaultIfEmpty().Max());
        var bar = coloured is null ? null : ColourBar.Of(coloured, Marks.Any(m => m is FieldMark f && f.Colours == coloured));
        double right = bar is null ? 14 : bar.Room;
        var x = AxisRange.Of(X, Marks.SelectMany(m => m.Acrosses()), (int)Math.Max(2, (Width - left - right) / MarkSpace));
        var plot = new Plot(x, y, left, top + 22, Width - left - right, 0);
        plot = plot with { Height = IsEqual ? plot.Width * (y.High - y.Low) / (x.High - x.Low) : Math.Max(40, Height - plot.Top - 42) };
        svg.Text(4, top + 10, Y.Name, "small");
        AxisLines.Draw(svg, plot, X.Name);
        svg.Clip(plot.Left - Rim, plot.Top - Rim, plot.Width + (2 * Rim), plot.Height + (2 * Rim));
        foreach (var mark in Marks) MarkShapes.Draw(svg, plot, mark);
        svg.End();
        foreach (var rule in Marks.OfType<RuleMark>()) AxisLines.Name(svg, plot, rule);
        bar?.Draw(svg, Width - bar.Room + 14, plot.Top, plot.Height, Width);
        return (plot, plot.Top + plot.Height + 42);
    }

    private static ValueColours? Coloured(Mark mark) => mark switch
    {
        PointMark points => points.Values,
        FieldMark field => field.Colours,
        LineMark or BandMark or BarMark or RuleMark => null,
        _ => throw new NotSupportedException($"A mark of the kind {mark.GetType().Name} is not known."),
    };
}
