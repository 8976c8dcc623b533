using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

/// <summary>Jobs on a cluster that is there.</summary>
internal static class RealCluster
{
    /// <summary>Trains and saves a detector.</summary>
    public static Task TrainAsync(ClusterPlace place, string[] files, string model, double rate, int? virtualShards, bool skips, CancellationToken cancellation) => WithAsync(place, async cluster =>
    {
        var job = new DistributedJob
        {
            Shards = Shards(files),
            FalseAlarmRate = rate,
            Distribution = new DistributedOptions { VirtualShards = virtualShards ?? Math.Min(files.Length, new DistributedOptions().VirtualShards), OnCorrupt = skips ? CorruptShards.Skip : CorruptShards.Stop },
        };
        CheckWritable(model);
        var result = await SiloTable.ShowAsync("training", p => cluster.TrainAsync(job, p, r => AnomalyModelFile.Save(r.Model, model), cancellation));
        Tell(result.Skipped);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"RESULT rows_per_second={result.Totals.RowsPerSecond:F0} bytes_per_round={result.Totals.BytesPerRound:F0} waiting={result.Totals.Waiting:F3} seconds={result.Totals.Seconds:F1}"));
    }, cancellation);

    /// <summary>Scores shards.</summary>
    public static Task ScoreAsync(ClusterPlace place, string[] files, string model, string output, bool skips, CancellationToken cancellation) => WithAsync(place, async cluster =>
    {
        var job = new DistributedScoringJob { Model = AnomalyModelFile.Load(model), Shards = Shards(files), Folder = Path.GetFullPath(output), OnCorrupt = skips ? CorruptShards.Skip : CorruptShards.Stop };
        var result = await SiloTable.ShowAsync("scoring", p => cluster.ScoreAsync(job, p, cancellation));
        Tell(result.Skipped);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"RESULT shards={result.Shards} already_done={result.AlreadyDone} rows={result.Rows} flagged={result.Flagged} seconds={result.Totals.Seconds:F1}"));
    }, cancellation);

    // Before hours of training. Should the file fail nevertheless, the same command gives the result at once.
    private static void CheckWritable(string path)
    {
        using var beside = new FileStream($"{path}.{Guid.NewGuid():N}.tmp", FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
    }

    private static Shard[] Shards(string[] files) => [.. files.Select(Path.GetFullPath).Select(f => f.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? Shard.Csv(f) : Shard.Binary(f))];

    private static void Tell(IReadOnlyList<SkippedShard> skipped)
    {
        foreach (var shard in skipped) Console.WriteLine($"left out: {shard.Name}: {shard.Reason}");
    }

    private static async Task WithAsync(ClusterPlace place, Func<VaeCluster, Task> body, CancellationToken cancellation)
    {
        SiloProgram.DbProviders();
        using var client = await place.ConnectAsync(cancellation);
        await body(new VaeCluster(client.Services.GetRequiredService<IGrainFactory>()));
        await client.StopAsync(cancellation);
    }
}
