using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>Trains on and scores CSV files of growing length, each in a process of its own: time per row and peak memory must not grow.</summary>
internal static class StreamCommand
{
    private const int Columns = 30, BatchSize = 1024;

    private static readonly long[] Lengths = [100_000, 1_000_000, 10_000_000];

    /// <summary>stream FOLDER: makes the files there, measures, removes them.</summary>
    public static int Run(string folder)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        foreach (long rows in Lengths)
        {
            string path = Path.Combine(folder, $"rows-{rows}.csv");
            try
            {
                Generate(path, rows);
                using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["stream-one", path, $"{rows}"]))!;
                child.WaitForExit();
                if (child.ExitCode != 0) return child.ExitCode;
            }
            finally
            {
                File.Delete(path);
            }
        }
        return 0;
    }

    /// <summary>Two epochs (the first fills the cache), then scores of all rows.</summary>
    public static int RunOne(string path, long rows)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var csv = new CsvRows(path);
        using var cached = new CachedRows(csv, Path.GetDirectoryName(path));
        int stepsPerEpoch = (int)((rows + BatchSize - 1) / BatchSize);
        var epochs = new List<double>();
        long start = Stopwatch.GetTimestamp();
        var options = new TrainingOptions { Steps = 2 * stepsPerEpoch, BatchSize = BatchSize, ValidationInterval = stepsPerEpoch };
        var architecture = VaeArchitecture.Mirrored(Columns, 3, 64, 32);
        var progress = new EpochClock(() => epochs.Add(Stopwatch.GetElapsedTime(start).TotalSeconds));
        var result = new Trainer(architecture, options).Train(cached, null, new TrainingControl { Progress = progress });
        double trained = epochs[^1];
        start = Stopwatch.GetTimestamp();
        double meanLoss = Score(new VaeModel(architecture, result.Parameters, 1), csv);
        double scored = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine($"{rows,10} rows, {new FileInfo(path).Length / 1e9:f2} GB: first epoch {epochs[0] / rows * 1e6:f2} µs a row, second {(trained - epochs[0]) / rows * 1e6:f2}, "
            + $"scoring {scored / rows * 1e6:f2}; processor time in all {Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds / rows * 1e6:f2}; "
            + $"peak resident {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:f0} MB; mean loss {meanLoss:f3}");
        return 0;
    }

    private static double Score(VaeModel model, IRowSource rows)
    {
        var scorer = new VaeScorer(model, BatchSize, new LossEstimator(1));
        var (features, weights) = (new float[BatchSize * Columns], new float[BatchSize]);
        using var reader = new PrefetchedRows(rows).Read(null);
        double sum = 0;
        long seen = 0;
        for (int count; (count = reader.Read(features, weights)) > 0; seen += count)
        {
            scorer.Score(features.AsSpan(0, count * Columns), count, VaeOutputs.Loss);
            foreach (double loss in scorer.Loss[..count]) sum += loss;
        }
        return sum / seen;
    }

    private static void Generate(string path, long rows)
    {
        using var writer = new StreamWriter(path);
        writer.WriteLine(string.Join(',', Enumerable.Range(0, Columns).Select(i => $"f{i}")));
        var (random, normals, line) = (RandomStream.FromSeed(1), new float[Columns], new char[Columns * 16]);
        for (long r = 0; r < rows; r++)
        {
            random.Split((ulong)r).Normals(normals);
            int length = 0;
            for (int i = 0; i < Columns; i++)
            {
                float value = normals[i % 3] + (0.3f * normals[i]);
                value.TryFormat(line.AsSpan(length), out int written, "f7", CultureInfo.InvariantCulture);
                length += written;
                line[length++] = i + 1 < Columns ? ',' : '\n';
            }
            writer.Write(line, 0, length);
        }
    }

    private sealed class EpochClock(Action onEpoch) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => onEpoch();
    }
}
