using Microsoft.ML.Vae.Core;
using Microsoft.ML.Vae.Geometry;

/// <summary>Geodesics between pairs of pendula, against the straight latent line and the angle between them.</summary>
internal sealed record Study(double[][] Starts, double[][] Ends, double[] Angles, Geodesic[] Geodesics, double MillisecondsPerGeodesic)
{
    /// <summary>Share of pairs whose geodesic is shorter than the straight line.</summary>
    public double Shorter => Geodesics.Count(g => g.Length < g.StraightLength) / (double)Geodesics.Length;

    public double Converged => Geodesics.Count(g => g.Converged) / (double)Geodesics.Length;

    public double MeanLength => Geodesics.Average(g => g.Length);

    public double MeanStraightLength => Geodesics.Average(g => g.StraightLength);

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
        return new(starts, ends, angles, geodesics, (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / pairs);
    }
}
