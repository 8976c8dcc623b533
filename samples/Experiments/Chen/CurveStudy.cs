namespace Experiments.Chen;

/// <summary>Geodesics between pairs of latent points, beside the straight lines.</summary>
/// <param name="Lengths">Of the geodesics.</param>
/// <param name="Lines">Of the straight lines, in the same metric.</param>
/// <param name="Departures">Mean distance of a geodesic's points to the nearest code, in units of the codes' own mean distance to their nearest.</param>
/// <param name="LineDepartures">The same of the straight lines.</param>
/// <param name="IsSettled">Which of them converged.</param>
/// <param name="Curves">Points along each, [k, d], to be drawn.</param>
/// <param name="Milliseconds">Processor time each.</param>
internal sealed record CurveStudy(double[] Lengths, double[] Lines, double[] Departures, double[] LineDepartures, bool[] IsSettled, double[][] Curves, double Milliseconds)
{
    // Points at equal distances along a geodesic; one and a half times the codes' own distances is within their scatter.
    private const int Stations = 65, CurvePoints = 60, WarmUps = 10;
    private const double NearTo = 1.5;

    /// <summary>Share that converged.</summary>
    public double Converged => IsSettled.Count(s => s) / (double)IsSettled.Length;

    /// <summary>Mean length of those that converged over that of their lines; NaN if none did.</summary>
    public double Ratio => SettledMean(Lengths) / SettledMean(Lines);

    /// <summary>Half the width of the ratio's 95 % interval over pairs that converged, to first order; NaN of fewer than two.</summary>
    public double RatioError
    {
        get
        {
            const double Normal = 1.96;
            double ratio = Ratio;
            double[] rests = [.. Settled(Lengths).Zip(Settled(Lines), (g, l) => g - (ratio * l))];
            return rests.Length < 2 ? double.NaN : Normal * Statistics.Deviation(rests) / Math.Sqrt(rests.Length) / Settled(Lines).Average();
        }
    }

    /// <summary>Share of pairs whose geodesic stays on the codes.</summary>
    public double Near => NearShare(Departures);

    /// <summary>Share of pairs whose straight line does.</summary>
    public double LinesNear => NearShare(LineDepartures);

    public double Shorter => Lengths.Zip(Lines).Count(p => p.First < p.Second) / (double)Lengths.Length;

    /// <summary>Mean of one value a pair over the pairs that converged; NaN if none did.</summary>
    public double SettledMean(double[] values) => Settled(values).DefaultIfEmpty(double.NaN).Average();

    /// <summary>Connects all pairs on one thread.</summary>
    public static CurveStudy Of(IRiemannianMetric metric, Func<double[], double[], Geodesic> connect, IReadOnlyList<(double[] Start, double[] End)> pairs, CodeNeighbours codes)
    {
        // The first ones would measure the compiler.
        foreach (var (start, end) in pairs.Take(WarmUps)) connect(start, end);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        Geodesic[] geodesics = [.. pairs.Select(p => connect(p.Start, p.End))];
        double milliseconds = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / pairs.Count;
        return new CurveStudy(
            [.. geodesics.Select(g => g.Length)], [.. geodesics.Select(g => g.StraightLength)],
            [.. geodesics.Select(g => codes.Departure(new ArcLength(metric, g.Curve).Points(Stations)))], [.. pairs.Select(p => codes.Departure(Points(LatentCurve.Line(p.Start, p.End), Stations - 1)))],
            [.. geodesics.Select(g => g.Converged)], [.. geodesics.Select(g => Points(g.Curve, CurvePoints))], milliseconds);
    }

    private static double[] Points(LatentCurve curve, int steps) => [.. Enumerable.Range(0, steps + 1).SelectMany(k => curve.Evaluate(k / (double)steps))];

    private static double NearShare(double[] departures) => departures.Count(d => d <= NearTo) / (double)departures.Length;

    private IEnumerable<double> Settled(double[] values) => values.Where((_, i) => IsSettled[i]);
}
