using Microsoft.ML.Vae.Core;
using Microsoft.ML.Vae.Geometry;

/// <summary>Geodesics between pairs of pendula, against the straight latent line and the angle between them.</summary>
internal sealed record Study(double[][] Starts, double[][] Ends, double[] Angles, Geodesic[] Geodesics, double[] Distances, double MillisecondsPerGeodesic)
{
    // Points at equal distances along a geodesic; one and a half times the codes' own distances is within their scatter.
    private const int Stations = 65;
    private const double Near = 1.5;

    /// <summary>
    /// Share of pairs whose geodesic stays on the data: its points are on average no farther from the nearest code than 1.5 times what neighbouring codes are from each other.
    /// </summary>
    public double NearRing => Distances.Count(d => d <= Near) / (double)Distances.Length;

    /// <summary>Share of pairs whose geodesic is shorter than the straight line.</summary>
    public double Shorter => Geodesics.Count(g => g.Length < g.StraightLength) / (double)Geodesics.Length;

    public double Converged => Geodesics.Count(g => g.Converged) / (double)Geodesics.Length;

    public double MeanLength => Geodesics.Average(g => g.Length);

    public double MeanStraightLength => Geodesics.Average(g => g.StraightLength);

    /// <summary>Mean length of the geodesics' decoded images, without the factor that keeps them to the codes.</summary>
    public required double MeanImageLength { get; init; }

    /// <summary>Mean length of the straight lines' decoded images, without the factor.</summary>
    public required double MeanStraightImageLength { get; init; }

    /// <summary>Pearson's correlation of length and angle.</summary>
    public double AngleCorrelation
    {
        get
        {
            double length = MeanLength, angle = Angles.Average();
            double cross = Geodesics.Zip(Angles, (g, a) => (g.Length - length) * (a - angle)).Sum();
            return cross / Math.Sqrt(Geodesics.Sum(g => Math.Pow(g.Length - length, 2)) * Angles.Sum(a => Math.Pow(a - angle, 2)));
        }
    }

    /// <summary>Draws pairs of fresh, noisy images and connects their codes on one thread; time is that of the processor.</summary>
    public static Study Run(PendulumModel model, int pairs, RandomStream random)
    {
        var fresh = Pendulum.Generate(2 * pairs, random);
        double[] codes = PendulumModel.Encode(model.Vae, fresh.Images);
        double[][] points = [.. codes.Chunk(2)], starts = points[..pairs], ends = points[pairs..];
        double[] angles = [.. Enumerable.Range(0, pairs).Select(i => Pendulum.Between(fresh.Angles[i], fresh.Angles[pairs + i]))];
        (double[], double[])[] tasks = [.. starts.Zip(ends)];
        // The first round would measure the compiler.
        model.Solver.ConnectAll(tasks, maxThreads: 1);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        Geodesic[] geodesics = model.Solver.ConnectAll(tasks, maxThreads: 1);
        double milliseconds = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / pairs;
        var image = new PullbackMetric(model.Decoder);
        return new(starts, ends, angles, geodesics, DistancesToCodes(model, geodesics), milliseconds)
        {
            MeanImageLength = geodesics.Average(g => CurveLength.Of(image, g.Curve).Value),
            MeanStraightImageLength = geodesics.Average(g => CurveLength.Of(image, LatentCurve.Line(g.Curve.Evaluate(0), g.Curve.Evaluate(1))).Value),
        };
    }

    /// <summary>Mean distance of each geodesic's points to the nearest code, in units of that of the codes to their nearest neighbours.</summary>
    private static double[] DistancesToCodes(PendulumModel model, Geodesic[] geodesics)
    {
        double[][] codes = [.. model.Codes.Chunk(2)];
        double apart = codes.Average(code => Nearest(code, codes.Where(other => other != code)));
        return [.. geodesics.AsParallel().AsOrdered().Select(g => new ArcLength(model.Metric, g.Curve).Points(Stations).Chunk(2).Average(z => Nearest(z, codes)) / apart)];
    }

    private static double Nearest(double[] z, IEnumerable<double[]> codes) => codes.Min(code => double.Hypot(z[0] - code[0], z[1] - code[1]));
}
