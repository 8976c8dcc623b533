namespace Microsoft.ML.Vae.Geometry;

/// <summary>First curves for a minimisation that knows only local minima.</summary>
internal static class CurveStarts
{
    /// <summary>The straight line, the path of a graph if there is one, and bent lines.</summary>
    public static IReadOnlyList<LatentCurve> Between(
        ReadOnlySpan<double> start, ReadOnlySpan<double> end, GeodesicOptions options, GraphInitializer? graph)
    {
        List<LatentCurve> starts = [];
        LatentCurve? path = graph?.Path(start, end);
        if (path is null || options.StraightStart) starts.Add(LatentCurve.Line(start, end));
        if (path is not null) starts.Add(path);
        var random = new RandomSource((ulong)options.Seed);
        for (int i = 0; i < options.ExtraStarts; i++) starts.Add(Bent(start, end, options.StartSpread, ref random));
        return starts;
    }

    private static LatentCurve Bent(ReadOnlySpan<double> start, ReadOnlySpan<double> end, double spread, ref RandomSource random)
    {
        int d = start.Length;
        double squared = 0;
        for (int i = 0; i < d; i++) squared += (end[i] - start[i]) * (end[i] - start[i]);
        var control = new double[d];
        // The curve's middle goes half as far from the straight line as its control point.
        for (int i = 0; i < d; i++)
            control[i] = (0.5 * (start[i] + end[i])) + (2 * spread * Math.Sqrt(squared) * random.NextNormal());
        return LatentCurve.Bezier(start, control, end);
    }
}
