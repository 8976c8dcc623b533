namespace Microsoft.ML.Vae.Report;

/// <summary>The bar beside the data that tells which colour means which number.</summary>
internal sealed class ColourBar
{
    private const double Thickness = 12;
    private const int FieldSteps = 48;

    private readonly ValueColours _colours;
    private readonly AxisRange _range;
    private readonly bool _isField;

    private ColourBar(ValueColours colours, bool isField)
    {
        (_colours, _range, _isField) = (colours, Range(colours), isField);
        double marks = _range.Marks().Select(m => Lettering.Width(m.Name)).DefaultIfEmpty().Max();
        Room = 14 + Thickness + 8 + marks + 4;
    }

    /// <summary>Width that it takes.</summary>
    public double Room { get; }

    public static ColourBar Of(ValueColours colours, bool isField) => new(colours, isField);

    /// <summary>Shares of a colour map that numbers stand for.</summary>
    public static AxisRange Range(ValueColours colours) =>
        AxisRange.Of(new Axis(colours.Name) { Scale = colours.Scale, Low = colours.Low, High = colours.High, IsRounded = false, Marks = colours.Marks }, colours.Values, 5);

    public void Draw(SvgWriter svg, double x, double top, double height, double pageWidth)
    {
        svg.Text(pageWidth - 4, top - 12, _colours.Name, "small", "end");
        int steps = _isField || !MarkShapes.IsAmount(_colours) ? FieldSteps : FigureStyle.LevelCount;
        for (int i = 0; i < steps; i++)
        {
            double share = i / (steps - 1.0), y = top + (height * (steps - 1 - i) / steps);
            bool isLevel = steps == FigureStyle.LevelCount;
            svg.Rectangle(x, y, Thickness, (height / steps) + 0.3, isLevel ? $"w{i}" : "", isLevel ? "" : $" fill=\"{_colours.Map.At(share)}\"");
        }
        foreach (var (at, name) in _range.Marks())
        {
            double y = top + (height * (1 - _range.Share(at)));
            svg.Line(x + Thickness, y, x + Thickness + 4, y, "axis");
            svg.Text(x + Thickness + 7, y + 4, name, "faint");
        }
    }
}
