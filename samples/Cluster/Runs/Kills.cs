using System.Diagnostics;
using System.Globalization;

/// <summary>Kills silos at random moments of the same job, and compares what comes of it with what comes of it in peace.</summary>
internal static class Kills
{
    private const double Sooner = 0.8;

    /// <summary>Runs it; code 1 where a run did not end, or its bits differ.</summary>
    /// <param name="setting">The work; a run trains, and scores.</param>
    /// <param name="runs">Runs, with a kill in each.</param>
    /// <param name="seed">Draws moments and victims.</param>
    public static async Task<int> RunAsync(Setting setting, int runs, int seed)
    {
        setting.TrainingData();
        setting.ScoringData();
        await using var silos = await setting.StartAsync("kills", setting.Silos);
        var watch = Stopwatch.StartNew();
        byte[] expected = await JobAsync(setting, silos);
        double peace = watch.Elapsed.TotalSeconds;
        var random = RandomStream.FromSeed(seed);
        var (run, equal, lost) = (0, 0, 0);
        for (int attempt = 0; run < runs; attempt++)
        {
            watch.Restart();
            int victim = (int)(random.Uniform(2 * attempt) * silos.Count);
            var job = JobAsync(setting, silos, l => lost += l - 1);
            double moment = random.Uniform((2 * attempt) + 1) * peace;
            await Task.WhenAny(job, Task.Delay(TimeSpan.FromSeconds(moment)));
            bool isLate = job.IsCompleted;
            silos.Kill(victim);
            await silos.AddAsync($"silo-{setting.Silos + attempt}");
            bool isEqual = (await job).AsSpan().SequenceEqual(expected);
            // A kill behind the end proves nothing: the next one comes sooner.
            if (isLate) peace = Math.Max(1, Sooner * peace);
            else (run, equal) = (run + 1, equal + (isEqual ? 1 : 0));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"run {run,3}: silo {victim} of {setting.Silos} killed after {moment:F1} s{(isLate ? ", behind the end" : "")}; done after {watch.Elapsed.TotalSeconds:F1} s, bits {(isEqual ? "equal" : "DIFFER")}"));
        }
        Console.WriteLine($"RESULT runs={runs} bits_equal={equal} coordinators_lost={lost} silos={setting.Silos}");
        return equal == runs ? 0 : 1;
    }

    private static async Task<byte[]> JobAsync(Setting setting, LocalSilos silos, Action<int>? lived = null)
    {
        var watcher = new Lives();
        var trained = await silos.Cluster.TrainAsync(setting.Job(), watcher, cancellation: setting.Cancellation);
        var job = setting.Scoring(trained.Model, "scores");
        if (Directory.Exists(job.Folder)) Directory.Delete(job.Folder, recursive: true);
        await silos.Cluster.ScoreAsync(job, cancellation: setting.Cancellation);
        lived?.Invoke(watcher.Most);
        return Bits.Of(trained.Model, job.Shards.Select(job.OutputOf));
    }

    private sealed class Lives : IProgress<ClusterProgress>
    {
        public int Most { get; private set; } = 1;

        public void Report(ClusterProgress value) => Most = Math.Max(Most, value.Lives);
    }
}
