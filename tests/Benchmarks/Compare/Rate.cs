using System.Diagnostics;

namespace Microsoft.ML.Vae.Benchmarks;

internal static class Rate
{
    /// <summary>Calls per second of wall-clock or processor time, after a warm-up of a third of the time.</summary>
    public static double Of(Action action, double seconds, bool processorTime = false)
    {
        Repeat(action, Math.Min(0.3, seconds / 3), false);
        return Repeat(action, seconds, processorTime);
    }

    private static double Repeat(Action action, double seconds, bool processorTime)
    {
        long calls = 0, start = Stopwatch.GetTimestamp();
        TimeSpan startProcessor = Environment.CpuUsage.TotalTime;
        double elapsed;
        do
        {
            for (int i = 0; i < 4; i++) action();
            calls += 4;
            elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        while (elapsed < seconds);
        return calls / (processorTime ? (Environment.CpuUsage.TotalTime - startProcessor).TotalSeconds : elapsed);
    }
}
