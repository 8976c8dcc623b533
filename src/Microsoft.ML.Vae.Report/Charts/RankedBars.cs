using System.Globalization;

namespace Microsoft.ML.Vae.Report;

/// <summary>One horizontal bar of <see cref="RankedBars"/>.</summary>
/// <param name="Name">Stands left of it.</param>
/// <param name="Value">Its length, from 0.</param>
public sealed record RankedBar(string Name, double Value)
{
    /// <summary>Ends of an interval around the value; null: none.</summary>
    public (double Low, double High)? Interval { get; init; }

    /// <summary>Another value to compare with, drawn as an upright stroke, e.g. a published one; null: none.</summary>
    public double? Reference { get; init; }

    /// <summary>Index of its colour.</summary>
    public int Colour { get; init; }
}

/// <summary>Named amounts as horizontal bars, each with its number. Its height follows from their count.</summary>
public sealed record RankedBars : Figure
{
    private const double Row = 22, Thickness = 14, MostNameShare = 0.45;

    /// <summary>From top to bottom.</summary>
    public required IReadOnlyList<RankedBar> Bars { get; init; }

    /// <summary>What the numbers are, with the unit.</summary>
    public required string Unit { get; init; }

    /// <summary>How numbers are written: a format of .NET.</summary>
    public string Format { get; init; } = "0.###";

    /// <summary>Number at which bars begin; all values lie above it.</summary>
    public double Low { get; init; }

    /// <summary>Number at which the full width ends; null: the largest.</summary>
    public double? High { get; init; }

    /// <summary>What the upright strokes are; null: there are none.</summary>
    public string? ReferenceName { get; init; }

    internal override double Draw(SvgWriter svg)
    {
        double top = Captions.Title(svg, this) + 10, names = Math.Min(MostNameShare * Width, 10 + Bars.Select(b => Lettering.Width(b.Name)).DefaultIfEmpty().Max());
        svg.Text(4, top, ReferenceName is null ? Unit : $"{Unit}; upright stroke: {ReferenceName}", "small");
        double left = names + 6, numbers = 10 + Bars.Select(b => Lettering.Width(Number(b.Value))).DefaultIfEmpty().Max(), width = Width - left - numbers - 4;
        double high = High ?? Bars.SelectMany(b => new[] { b.Value, b.Interval?.High ?? b.Value, b.Reference ?? b.Value }).Where(double.IsFinite).DefaultIfEmpty(1).Max();
        top += 8;
        foreach (var bar in Bars)
        {
            double y = top + (Row / 2);
            svg.Text(left - 6, y + 4, Lettering.Fit(bar.Name, names - 4), "ink", "end");
            double end = At(bar.Value);
            if (end - left > 0.1) svg.Rectangle(left, y - (Thickness / 2), end - left, Thickness, $"bar f{FigureStyle.Series(bar.Colour)}");
            if (bar.Interval is var (from, to))
            {
                svg.Line(At(from), y, At(to), y, "axis");
                foreach (double x in new[] { At(from), At(to) }) svg.Line(x, y - 3, x, y + 3, "axis");
                end = Math.Max(end, At(to));
            }
            if (bar.Reference is double reference) svg.Line(At(reference), y - 9, At(reference), y + 9, "line l6");
            svg.Text(Math.Max(end, bar.Reference is double r ? At(r) : 0) + 6, y + 4, Number(bar.Value), "faint");
            top += Row;
        }
        svg.Line(left, top - (Row * Bars.Count), left, top, "axis");
        return top + 8;

        double At(double value) => left + (width * Math.Clamp(high > Low && double.IsFinite(value) ? (value - Low) / (high - Low) : 0, 0, 1));
        string Number(double value) => double.IsFinite(value) ? value.ToString(Format, CultureInfo.InvariantCulture) : "—";
    }
}
