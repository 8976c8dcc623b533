using System.Diagnostics;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>The most that cores multiply: the widest tile on operands in the first-level cache.</summary>
internal static unsafe class MachinePeak
{
    private const int Steps = 64, Repeats = 2000, BestOf = 20;

    // Long enough to see whether a virtual machine's cores share a real one, short beside a turn.
    private const double MomentSeconds = 0.05;

    /// <summary>GFLOP/s of one core, the best of several short runs.</summary>
    public static double Gigaflops()
    {
        double best = 0;
        for (int i = 0; i < BestOf; i++) best = Math.Max(best, Here(0));
        return best;
    }

    /// <summary>GFLOP/s that so many threads have together at this moment, at most: virtual machines may give two processors and one core's time.</summary>
    public static double AtThisMoment(int threads)
    {
        var rates = new double[threads];
        var helpers = Enumerable.Range(1, threads - 1).Select(t => new Thread(() => rates[t] = Here(MomentSeconds))).ToArray();
        foreach (var helper in helpers) helper.Start();
        rates[0] = Here(MomentSeconds);
        foreach (var helper in helpers) helper.Join();
        return rates.Sum();
    }

    private static double Here(double seconds) =>
        Lanes512.IsSupported ? Measure<Lanes512>(seconds) : Lanes256.IsSupported ? Measure<Lanes256>(seconds) : Measure<Lanes128>(seconds);

    // At least one run.
    private static double Measure<T>(double seconds) where T : unmanaged, ILanes<T>
    {
        int columns = T.TileColumns, width = columns * T.Count, rows = TileTable<T>.Rows(columns);
        AlignedBuffer a = new(rows * Steps), b = new(width * Steps), c = new(rows * width);
        long start = Stopwatch.GetTimestamp();
        int runs = 0;
        double elapsed;
        do
        {
            for (int i = 0; i < Repeats; i++)
                TileTable<T>.Kernel(rows, columns)(a.Pointer, Steps, 1, b.Pointer, width, Steps, c.Pointer, width, c.Pointer, width, null);
            (runs, elapsed) = (runs + 1, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        while (elapsed < seconds);
        GC.KeepAlive((a, b, c));
        return 2e-9 * runs * Repeats * Steps * rows * width / elapsed;
    }
}
