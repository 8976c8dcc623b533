using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>Where a step's time goes: measured by phase, beside what a model of it says of operations, bytes and barriers.</summary>
/// <remarks>
/// Phases over rows: forward and input gradients; over blocks: weight gradients and Adam. Bytes of the first: weights forward and their transposes back, once for each chunk of 64 rows; of the
/// second: W, both moments, read and written, and the transpose written: 28 bytes a weight, beside outputs and deltas of the batch, which the first writes and the second reads.
/// </remarks>
internal static class StepProfile
{
    private const int ChunkRows = 64, UpdateBytes = 28, FloatBytes = 4;
    private const double Seconds = 1;

    public static void Print(IEnumerable<Workload> workloads, IEnumerable<EngineContestant> contestants, double peak)
    {
        Console.WriteLine("\nPhases of the fastest step: µs, MFLOP, share of the peak of its threads; bytes by the model");
        foreach (var workload in workloads.Where(w => w.Image is null))
        {
            var (forward, back, update, weights, activations) = Model(workload);
            int chunks = (workload.BatchSize + ChunkRows - 1) / ChunkRows;
            Console.WriteLine($"  {workload.Name}: forward {forward:f1}, input gradient {back:f1}, weight gradient {update:f1} MFLOP; weights {Kb(weights)}, moments {Kb(2 * weights)}, outputs and deltas {Kb(activations)}; "
                + $"bytes over rows {Kb((2 * chunks * weights) + activations)}, over blocks {Kb((weights / FloatBytes * UpdateBytes) + activations)}");
            foreach (var contestant in contestants)
            {
                var (step, rows, blocks, phases) = contestant.Profile(workload, Seconds);
                double whole = peak * 1e3 * contestant.Threads;
                Console.WriteLine($"     {contestant.Threads} thread{(contestant.Threads > 1 ? "s" : "")}: step {1e6 * step:f1}, {(forward + back + update) / step / whole:f2}; rows {1e6 * rows:f1}, {(forward + back) / rows / whole:f2}; "
                    + $"blocks {1e6 * blocks:f1}, {update / blocks / whole:f2}; between phases {1e6 * (step - rows - blocks):f1}; {phases:f0} barriers");
            }
        }
    }

    private static (double Forward, double Back, double Update, double Weights, double Activations) Model(Workload workload)
    {
        var layout = new ParameterLayout(workload.Architecture);
        PlacedLayer[] layers = [.. layout.Encoder.Concat(layout.Decoder).Where(l => l.Blocks.Count > 0)];
        double weights = layers.Sum(l => (double)l.Weight.Length), product = 2e-6 * workload.BatchSize;
        double outputs = layers.Sum(l => (double)l.Output.Length) * workload.BatchSize;
        return (product * weights, product * (weights - layout.Encoder[0].Weight.Length), product * weights, weights * FloatBytes, 2 * outputs * FloatBytes);
    }

    private static string Kb(double bytes) => $"{bytes / 1024:f0} KiB";
}
