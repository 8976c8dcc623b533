using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>Resident memory of the process while an engine steps on one batch: what is not garbage of the managed heap stays flat, or leaks.</summary>
internal static class MemoryCommand
{
    public static int Run(int steps)
    {
        foreach (var factory in Factories()) Report(factory, steps);
        return 0;
    }

    private static IEnumerable<ITrainingEngineFactory> Factories()
    {
        yield return ManagedEngine.Factory;
#if TORCHSHARP
        yield return TorchSharp.TorchSharpEngine.Factory;
#endif
    }

    private static void Report(ITrainingEngineFactory factory, int steps)
    {
        var workload = Workload.All.Single(w => w.Name == "K");
        var initial = VaeParameters.Initialize(workload.Architecture, RandomStream.FromSeed(1));
        using var engine = factory.Create(workload.Architecture, initial, new EngineSettings { MaximumBatchSize = workload.BatchSize, Threads = 1 });
        var noise = new float[workload.BatchSize * workload.Latents];
        RandomStream.FromSeed(2).Normals(noise);
        var batch = new Minibatch(workload.RandomRows().AsMemory(0, workload.BatchSize * workload.Features), noise, default, workload.BatchSize);
        for (int step = 1; step <= steps; step++)
        {
            engine.Step(batch, new StepSettings(1e-3, 1, 10));
            if (step % Math.Max(1, steps / 10) == 0)
                Console.WriteLine($"{factory.Name,-20} step {step,7}: {MiB(Environment.WorkingSet),6:f1} MiB resident, of them {MiB(GC.GetTotalMemory(false)),6:f1} on the managed heap, {GC.CollectionCount(0),3} collections");
        }
    }

    private static double MiB(long bytes) => bytes / 1048576.0;
}
