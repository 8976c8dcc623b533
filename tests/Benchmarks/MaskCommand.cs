using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>What masks cost a training: processor time of a step on complete rows and on the same with a tenth of the values missing, one thread, taken in turns; the least of each counts.</summary>
internal static class MaskCommand
{
    private const int Rows = 10_000, Steps = 300, Rounds = 7;

    private const double Missing = 0.1;

    /// <summary>Runs on tables of several widths.</summary>
    public static int Run()
    {
        foreach (int m in new[] { 6, 30, 120 })
        {
            var values = new float[Rows * m];
            RandomStream.FromSeed(m).Normals(values);
            var complete = new MatrixRows(values, m);
            var incomplete = Gaps.Remove(complete, Missing, RandomStream.FromSeed(1));
            var (without, with) = (double.MaxValue, double.MaxValue);
            for (int round = 0; round < Rounds; round++) (without, with) = (Math.Min(without, Step(complete)), Math.Min(with, Step(incomplete)));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{m} features: {without:F1} µs a step, with masks {with:F1} µs, {100 * ((with / without) - 1):+0.0;-0.0} %"));
        }
        return 0;
    }

    private static double Step(MatrixRows rows)
    {
        var trainer = new Trainer(VaeArchitecture.Mirrored(rows.FeatureCount, Math.Min(rows.FeatureCount, VaeFitOptions.DefaultMaximumLatents), 256, 256), new TrainingOptions { Steps = Steps, Seed = 1 });
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        trainer.Train(rows, control: new TrainingControl { Threads = 1 });
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalMicroseconds / Steps;
    }
}
