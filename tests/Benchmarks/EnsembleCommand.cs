using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>Members of an ensemble trained at once, beside one after another on all threads, in turns; seconds of wall-clock and of processor time, medians.</summary>
internal static class EnsembleCommand
{
    private const int Members = 4, Rounds = 5, TableFeatures = 20, TableRows = 20_000;

    public static int Run()
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var small = Workload.All.First(w => w.Name == "T32");
        Measure("T32, 3,000 steps", small.Architecture, new MatrixRows(small.RandomRows(), small.Features), new TrainingOptions { Steps = 3000, BatchSize = small.BatchSize, MaximumGradientNorm = double.PositiveInfinity });
        Measure("default table recipe, 20 features, 500 steps", new VaeFitOptions().Architecture(TableFeatures), new MatrixRows(Normals(), TableFeatures), new TrainingOptions { Steps = 500 });
        return 0;
    }

    private static void Measure(string name, VaeArchitecture architecture, MatrixRows rows, TrainingOptions options)
    {
        Trainer[] members = [.. Enumerable.Range(0, Members).Select(seed => new Trainer(architecture, options with { Seed = seed }))];
        var (alone, together) = (new List<(double Wall, double Processor)>(), new List<(double Wall, double Processor)>());
        for (int round = 0; round < Rounds; round++)
        {
            alone.Add(Timed(() => Array.ForEach(members, m => m.Train(rows))));
            together.Add(Timed(() => Trainer.TrainAll(members, rows)));
        }
        double Median(List<(double Wall, double Processor)> runs, Func<(double Wall, double Processor), double> of) => runs.Select(of).Order().ElementAt(Rounds / 2);
        Console.WriteLine($"{name}: {Members} members one after another {Median(alone, r => r.Wall):f2} s ({Median(alone, r => r.Processor):f2} s of processor time), "
            + $"at once {Median(together, r => r.Wall):f2} s ({Median(together, r => r.Processor):f2} s); {alone.Zip(together, (a, b) => a.Wall / b.Wall).Order().ElementAt(Rounds / 2):f2} times faster");
    }

    private static (double Wall, double Processor) Timed(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        var processor = Environment.CpuUsage.TotalTime;
        action();
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
    }

    private static float[] Normals()
    {
        var values = new float[TableRows * TableFeatures];
        RandomStream.FromSeed(1).Normals(values);
        return values;
    }
}
