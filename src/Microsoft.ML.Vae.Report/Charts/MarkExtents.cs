namespace Microsoft.ML.Vae.Report;

/// <summary>What marks ask of their axes.</summary>
internal static class MarkExtents
{
    /// <summary>Numbers that the horizontal axis should show.</summary>
    public static IEnumerable<double> Acrosses(this Mark mark) => mark switch
    {
        LineMark line => line.X,
        BandMark band => band.X,
        PointMark points => points.X,
        BarMark bars => bars.Edges,
        FieldMark field => [field.Low[0], field.High[0]],
        RuleMark rule => rule.IsHorizontal || !double.IsFinite(rule.At) ? [] : [rule.At],
        _ => throw new NotSupportedException($"A mark of the kind {mark.GetType().Name} is not known."),
    };

    /// <summary>Numbers that the vertical axis should show.</summary>
    public static IEnumerable<double> Ups(this Mark mark) => mark switch
    {
        LineMark line => line.Y,
        BandMark band => band.Low.Concat(band.High),
        PointMark points => points.Y,
        BarMark bars => bars.Heights.Append(0),
        FieldMark field => [field.Low[1], field.High[1]],
        RuleMark rule => rule.IsHorizontal && double.IsFinite(rule.At) ? [rule.At] : [],
        _ => throw new NotSupportedException($"A mark of the kind {mark.GetType().Name} is not known."),
    };

    /// <summary>Checks that numbers come in equal numbers.</summary>
    /// <exception cref="ArgumentException">They do not; the chart is named.</exception>
    public static void Validate(this Mark mark, string chart)
    {
        (int given, int wanted, string what) = mark switch
        {
            LineMark line => (line.Y.Count, line.X.Count, "ordinates of a line"),
            BandMark band => (Math.Min(band.Low.Count, band.High.Count), band.X.Count, "ends of a band"),
            PointMark points => (points.Values is null ? points.Y.Count : Math.Min(points.Y.Count, points.Values.Values.Count), points.X.Count, "ordinates and values of points"),
            BarMark bars => (bars.Heights.Count + 1, bars.Edges.Count, "edges of bars"),
            FieldMark field => (field.Colours.Values.Count, field.Columns * field.Rows, "values of a field"),
            RuleMark => (0, 0, ""),
            _ => throw new NotSupportedException($"A mark of the kind {mark.GetType().Name} is not known."),
        };
        if (given != wanted) throw new ArgumentException($"Chart '{chart}': expected {wanted} {what}, got {given}.");
    }
}
