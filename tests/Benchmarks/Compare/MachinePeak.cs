using System.Diagnostics;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>The most that one core multiplies: the widest tile on operands in the first-level cache.</summary>
internal static unsafe class MachinePeak
{
    private const int Steps = 64, Repeats = 2000;

    /// <summary>GFLOP/s of one core, the best of several short runs.</summary>
    public static double Gigaflops() =>
        Lanes512.IsSupported ? Measure<Lanes512>() : Lanes256.IsSupported ? Measure<Lanes256>() : Measure<Lanes128>();

    private static double Measure<T>() where T : unmanaged, ILanes<T>
    {
        int columns = T.TileColumns, width = columns * T.Count, rows = TileTable<T>.Rows(columns);
        AlignedBuffer a = new(rows * Steps), b = new(width * Steps), c = new(rows * width);
        double best = 0;
        for (int run = 0; run < 20; run++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < Repeats; i++)
                TileTable<T>.Kernel(rows, columns)(a.Pointer, Steps, 1, b.Pointer, width, Steps, c.Pointer, width, c.Pointer, width, null);
            best = Math.Max(best, 2e-9 * Repeats * Steps * rows * width / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        GC.KeepAlive((a, b, c));
        return best;
    }
}
