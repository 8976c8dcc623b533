using System.Diagnostics;
using System.Globalization;

/// <summary>The same work on one silo and on several, by turns: how much faster, and whether the bits are the same.</summary>
internal static class Comparison
{
    /// <summary>Runs it; code 1 where the bits differ. "train_speedup" is of rows a second in rounds, "whole_training_speedup" of the time from start to detector, with survey, draws and calibration.</summary>
    /// <param name="setting">The work.</param>
    /// <param name="turns">How often each takes its turn; the fastest counts.</param>
    public static async Task<int> RunAsync(Setting setting, int turns)
    {
        Console.WriteLine($"generating what is missing of {setting.Rows:N0} rows to train on and as many to score, under {setting.Folder}");
        setting.TrainingData();
        setting.ScoringData();
        await using var one = await setting.StartAsync("one", 1);
        await using var several = await setting.StartAsync("several", setting.Silos);
        var (alone, together) = (new List<Turn>(), new List<Turn>());
        for (int t = 0; t < turns; t++)
        {
            alone.Add(await TurnAsync(setting, one, t, "one"));
            together.Add(await TurnAsync(setting, several, t, "several"));
        }
        bool isEqual = alone.Zip(together).All(pair => pair.First.Bits.SequenceEqual(pair.Second.Bits));
        var totals = together[^1].Totals;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"RESULT train_speedup={together.Max(t => t.Totals.RowsPerSecond) / alone.Max(t => t.Totals.RowsPerSecond):F2} whole_training_speedup={alone.Min(t => t.Training) / together.Min(t => t.Training):F2} score_speedup={alone.Min(t => t.Scoring) / together.Min(t => t.Scoring):F2} bits_equal={(isEqual ? 1 : 0)} bytes_per_round={totals.BytesPerRound:F0} waiting={totals.Waiting:F3} silos={setting.Silos} rows={setting.Rows}"));
        return isEqual ? 0 : 1;
    }

    // A seed of its own, so that no silo still holds the rows of the turn before.
    private static async Task<Turn> TurnAsync(Setting setting, LocalSilos silos, int turn, string name)
    {
        var watch = Stopwatch.StartNew();
        var trained = await silos.Cluster.TrainAsync(setting.Job(seed: turn), cancellation: setting.Cancellation);
        double training = watch.Elapsed.TotalSeconds;
        var job = setting.Scoring(trained.Model, $"scores-{name}-{turn}");
        if (Directory.Exists(job.Folder)) Directory.Delete(job.Folder, recursive: true);
        watch.Restart();
        var scores = await silos.Cluster.ScoreAsync(job, cancellation: setting.Cancellation);
        double scoring = watch.Elapsed.TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,8}: training {training:F1} s ({trained.Totals.RowsPerSecond:N0} rows/s in rounds, waiting {trained.Totals.Waiting:P1}), scoring {scoring:F1} s ({scores.Rows / scoring:N0} rows/s)"));
        return new Turn(training, scoring, Bits.Of(trained.Model, job.Shards.Select(job.OutputOf)), trained.Totals);
    }

    private sealed record Turn(double Training, double Scoring, byte[] Bits, DistributedTotals Totals);
}
