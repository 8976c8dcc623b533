namespace Microsoft.ML.Vae.Report;

/// <summary>Axes, their numbers and the lines that lead from them through the data.</summary>
internal static class AxisLines
{
    private const double TickLength = 4;

    public static void Draw(SvgWriter svg, Plot plot, string xName)
    {
        foreach (var (at, name) in plot.Y.Marks())
        {
            double y = plot.Up(at);
            svg.Line(plot.Left, y, plot.Right, y, "grid");
            svg.Text(plot.Left - 6, y + 4, name, "faint", "end");
        }
        double last = double.NegativeInfinity;
        foreach (var (at, name) in plot.X.Marks())
        {
            double x = plot.Across(at), half = Lettering.Width(name) / 2;
            svg.Line(x, plot.Bottom, x, plot.Bottom + TickLength, "axis");
            // Numbers that would touch are left out: the ticks remain.
            if (x - half < last + 4) continue;
            last = x + half;
            svg.Text(Math.Min(x, plot.Right + 12 - half), plot.Bottom + 18, name, "faint", "middle");
        }
        svg.Line(plot.Left, plot.Bottom, plot.Right, plot.Bottom, "axis");
        svg.Text((plot.Left + plot.Right) / 2, plot.Bottom + 35, xName, "small", "middle");
    }

    /// <summary>The name of a rule beside its end, on the side that has room.</summary>
    public static void Name(SvgWriter svg, Plot plot, RuleMark rule)
    {
        double width = Lettering.Width(rule.Label, 11);
        if (rule.IsHorizontal)
        {
            double y = plot.Up(rule.At);
            if (y >= plot.Top && y <= plot.Bottom) svg.Text(plot.Right - 4, y - 4, rule.Label, "small", "end");
            return;
        }
        double x = plot.Across(rule.At);
        if (!(x >= plot.Left && x <= plot.Right)) return;
        bool isRight = x + 5 + width <= plot.Right;
        svg.Text(isRight ? x + 4 : x - 4, plot.Top - 4, rule.Label, "small", isRight ? "start" : "end");
    }
}
