using System.Diagnostics;

namespace Microsoft.ML.Vae.Benchmarks;

internal static class Rate
{
    /// <summary>Calls per second, after a warm-up of a third of the time.</summary>
    public static double Of(Action action, double seconds)
    {
        Repeat(action, Math.Min(0.3, seconds / 3));
        return Repeat(action, seconds);
    }

    private static double Repeat(Action action, double seconds)
    {
        long calls = 0, start = Stopwatch.GetTimestamp();
        double elapsed;
        do
        {
            for (int i = 0; i < 4; i++) action();
            calls += 4;
            elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        while (elapsed < seconds);
        return calls / elapsed;
    }
}
