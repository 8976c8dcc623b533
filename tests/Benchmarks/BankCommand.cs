using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>What known rows cost: the search alone and the bank's whole part, rows per second on as many threads as there are processors; a whole fit and calibration.</summary>
internal static class BankCommand
{
    private const int Features = 20, Batch = 256;

    public static int Run()
    {
        foreach (int count in new[] { 2000, 20_000 })
        {
            var (model, bank) = Bank(count);
            float[] rows = Rows(Batch, seed: 5), means = new float[Batch * model.LatentDimension];
            double search = Rate(() =>
            {
                var nearest = NearestRows.Of(bank, Batch);
                var found = new int[NearestRows.ChunkRows * ReferenceBank.WideCount];
                return () =>
                {
                    for (int first = 0; first < Batch; first += NearestRows.ChunkRows)
                        nearest.Search(rows.AsSpan(first * Features, NearestRows.ChunkRows * Features), NearestRows.ChunkRows, -1, found);
                };
            });
            double whole = Rate(() =>
            {
                var (scorer, features, latents) = (new BankScorer(bank, Batch), new double[Batch * Features], new double[Batch * model.LatentDimension]);
                return () => scorer.Score(rows, means, Batch, features, latents);
            });
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bank of {bank.Count} × {Features}: search {search:N0} rows/s, search and score {whole:N0} rows/s on {Environment.ProcessorCount} threads"));
        }
        var (watch, before) = (Stopwatch.StartNew(), Processor);
        var fit = VaeFit.Run(new MatrixRows(Rows(10_000, seed: 1), Features), new VaeFitOptions());
        double fitted = watch.Elapsed.TotalSeconds;
        var detector = AnomalyModel.Calibrate(fit, LossEstimator.Default, 0.05);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"10,000 × {Features}: fit {fitted:F2} s ({fit.Training.History[^1].Step} steps), calibration {watch.Elapsed.TotalSeconds - fitted:F2} s, {(Processor - before).TotalSeconds:F1} s of processor time"));
        float[] row = Rows(1, seed: 5);
        double alone = Rate(() =>
        {
            var scorer = new AnomalyScorer(detector, 1);
            return () =>
            {
                for (int r = 0; r < Batch; r++) scorer.Score(row, 1, VaeOutputs.Loss);
            };
        });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"one row alone, the whole score: {1e6 * Environment.ProcessorCount / alone:F1} µs"));
        return 0;
    }

    private static (VaeModel Model, ReferenceBank Bank) Bank(int count)
    {
        var fit = VaeFit.Run(new MatrixRows(Rows(count * 5 / 4, seed: 1), Features), new VaeFitOptions { ReferenceRows = count, Training = new TrainingOptions { Steps = 100 } });
        return (fit.Model, fit.Bank!);
    }

    // Eight hidden coordinates, bent, and noise.
    private static float[] Rows(int count, int seed)
    {
        const int Hidden = 8;
        float[] hidden = new float[count * Hidden], rows = new float[count * Features], map = new float[Hidden * Features];
        RandomStream.FromSeed(seed).Normals(hidden);
        RandomStream.FromSeed(seed).Split(1).Normals(rows);
        RandomStream.FromSeed(99).Normals(map);
        for (int r = 0; r < count; r++)
            for (int i = 0; i < Features; i++)
            {
                float sum = 0;
                for (int j = 0; j < Hidden; j++) sum += hidden[(r * Hidden) + j] * map[(j * Features) + i];
                rows[(r * Features) + i] = (0.2f * rows[(r * Features) + i]) + MathF.Sin(sum);
            }
        return rows;
    }

    // By processor time, which other work on the machine touches least; the best of several rounds.
    private static TimeSpan Processor => Process.GetCurrentProcess().TotalProcessorTime;

    private static double Rate(Func<Action> create)
    {
        int threads = Environment.ProcessorCount;
        double best = 0;
        for (int round = 0; round < 7; round++)
        {
            long done = 0;
            var before = Processor;
            var watch = Stopwatch.StartNew();
            Parallel.For(0, threads, _ =>
            {
                var work = create();
                while (watch.Elapsed.TotalSeconds < 0.5)
                {
                    work();
                    Interlocked.Add(ref done, Batch);
                }
            });
            best = Math.Max(best, done * threads / (Processor - before).TotalSeconds);
        }
        return best;
    }
}
