namespace Experiments.Chen;

/// <summary>Geodesics between pairs of latent points, beside the straight lines.</summary>
/// <param name="Lengths">Of the geodesics.</param>
/// <param name="Lines">Of the straight lines, in the same metric.</param>
/// <param name="Departures">Mean distance of a geodesic's points to the nearest code, in units of the codes' own mean distance to their nearest.</param>
/// <param name="IsSettled">Which of them converged.</param>
/// <param name="Milliseconds">Processor time each.</param>
internal sealed record CurveStudy(double[] Lengths, double[] Lines, double[] Departures, bool[] IsSettled, double Milliseconds)
{
    // Points at equal distances along a geodesic; one and a half times the codes' own distances is within their scatter.
    private const int Stations = 65;
    private const double NearTo = 1.5;

    /// <summary>Share that converged.</summary>
    public double Converged => IsSettled.Count(s => s) / (double)IsSettled.Length;

    /// <summary>Mean length of those that converged over that of their lines.</summary>
    public double Ratio => Lengths.Where((_, i) => IsSettled[i]).DefaultIfEmpty(double.NaN).Average() / Lines.Where((_, i) => IsSettled[i]).DefaultIfEmpty(double.NaN).Average();

    /// <summary>Share of pairs whose geodesic stays on the codes.</summary>
    public double Near => Departures.Count(d => d <= NearTo) / (double)Departures.Length;

    public double Shorter => Lengths.Zip(Lines).Count(p => p.First < p.Second) / (double)Lengths.Length;

    /// <summary>Connects all pairs on one thread.</summary>
    public static (CurveStudy Study, Geodesic[] Geodesics) Of(IRiemannianMetric metric, Func<double[], double[], Geodesic> connect, IReadOnlyList<(double[] Start, double[] End)> pairs, double[] codes)
    {
        // The first would measure the compiler.
        connect(pairs[0].Start, pairs[0].End);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        Geodesic[] geodesics = [.. pairs.Select(p => connect(p.Start, p.End))];
        double milliseconds = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / pairs.Count;
        double[][] points = [.. codes.Chunk(metric.Dimension)];
        double apart = points.Average(code => Nearest(code, points.Where(other => other != code)));
        double[] departures = [.. geodesics.Select(g => new ArcLength(metric, g.Curve).Points(Stations).Chunk(metric.Dimension).Average(z => Nearest(z, points)) / apart)];
        return (new CurveStudy([.. geodesics.Select(g => g.Length)], [.. geodesics.Select(g => g.StraightLength)], departures, [.. geodesics.Select(g => g.Converged)], milliseconds), geodesics);
    }

    private static double Nearest(double[] z, IEnumerable<double[]> codes) => codes.Min(code => Math.Sqrt(z.Zip(code, (a, b) => (a - b) * (a - b)).Sum()));
}
