namespace Microsoft.ML.Vae.Report;

/// <summary>Something drawn between the axes of a <see cref="Chart"/>.</summary>
public abstract record Mark
{
    private protected Mark() { }

    /// <summary>Its name in the legend; null: none.</summary>
    public string? Name { get; init; }

    /// <summary>Index of its colour: 0 blue, 1 vermilion, 2 green, 3 purple, 4 ochre, 5 light blue, 6 grey.</summary>
    public int Colour { get; init; }
}

/// <summary>A line through points, in their order; it is interrupted where a number is not finite.</summary>
/// <param name="X">Places along the horizontal axis.</param>
/// <param name="Y">Places along the vertical one.</param>
public sealed record LineMark(IReadOnlyList<double> X, IReadOnlyList<double> Y) : Mark
{
    /// <summary>Whether it is dashed, as references are.</summary>
    public bool IsDashed { get; init; }

    /// <summary>Thickness in units of the drawing.</summary>
    public double Thickness { get; init; } = 2;
}

/// <summary>A band between two lines.</summary>
/// <param name="X">Places along the horizontal axis.</param>
/// <param name="Low">The lower line.</param>
/// <param name="High">The upper line.</param>
public sealed record BandMark(IReadOnlyList<double> X, IReadOnlyList<double> Low, IReadOnlyList<double> High) : Mark;

/// <summary>Round dots.</summary>
/// <param name="X">Places along the horizontal axis.</param>
/// <param name="Y">Places along the vertical one.</param>
public sealed record PointMark(IReadOnlyList<double> X, IReadOnlyList<double> Y) : Mark
{
    /// <summary>Radius in units of the drawing.</summary>
    public double Radius { get; init; } = 2;

    /// <summary>From 0 to 1, opaque.</summary>
    public double Opacity { get; init; } = 0.8;

    /// <summary>Numbers told by colour; null: all in the colour of the series.</summary>
    public ValueColours? Values { get; init; }
}

/// <summary>Numbers told by colour, and the bar that tells which.</summary>
/// <param name="Name">What stands above the colour bar.</param>
/// <param name="Values">One per point, or per cell of a field.</param>
public sealed record ValueColours(string Name, IReadOnlyList<double> Values)
{
    /// <summary>Amounts by default, which for points is reversed on white paper: much is dark there, and bright on black.</summary>
    public ColourMap Map { get; init; } = ColourMap.Amount;

    /// <summary>Number of the first colour; null: the least one.</summary>
    public double? Low { get; init; }

    /// <summary>Number of the last colour; null: the greatest one.</summary>
    public double? High { get; init; }

    /// <summary>Linear unless said otherwise.</summary>
    public AxisScale Scale { get; init; } = AxisScale.Linear;

    /// <summary>Numbers with names of their own along the bar, e.g. parts of π; null: round numbers.</summary>
    public IReadOnlyList<(double At, string Name)>? Marks { get; init; }
}

/// <summary>Bars that stand side by side on the axis, each as wide as its interval, from 0 or the lower end of a logarithmic axis.</summary>
/// <param name="Edges">Ends of the intervals, increasing, [k + 1].</param>
/// <param name="Heights">[k].</param>
public sealed record BarMark(IReadOnlyList<double> Edges, IReadOnlyList<double> Heights) : Mark;

/// <summary>A value in each cell of a grid, told by colours that flow from cell to cell.</summary>
/// <param name="Columns">Cells along the horizontal axis.</param>
/// <param name="Rows">Cells along the vertical one.</param>
/// <param name="Low">Lower left corner, [2].</param>
/// <param name="High">Upper right corner, [2].</param>
/// <param name="Colours">[rows, columns], the lowest row first; what is not finite stays empty.</param>
public sealed record FieldMark(int Columns, int Rows, IReadOnlyList<double> Low, IReadOnlyList<double> High, ValueColours Colours) : Mark;

/// <summary>A straight line across the chart at one place, with its name beside it.</summary>
/// <param name="At">The place.</param>
/// <param name="Label">What it is.</param>
public sealed record RuleMark(double At, string Label) : Mark
{
    /// <summary>Whether it marks a place on the vertical axis.</summary>
    public bool IsHorizontal { get; init; }
}
