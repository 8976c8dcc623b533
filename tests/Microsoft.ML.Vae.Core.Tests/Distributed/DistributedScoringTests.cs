using System.Globalization;
using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Distributed;

public sealed class DistributedScoringTests : IDisposable
{
    private static readonly AnomalyModel Model = AnomalyModel.Calibrate(
        VaeFit.Run(Toy.Rows(600, 7), new VaeFitOptions { LatentDimension = 2, HiddenWidths = [12], ReferenceRows = 40, Training = Toy.Options }), LossEstimator.Default, 0.05);

    private readonly TemporaryFolder _folder = new();

    private string Output => _folder.File("scores");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    public async Task Each_shard_has_the_scores_of_its_rows(int workers, int threads)
    {
        var shards = ToyShards.Write(_folder);
        using var cluster = new LocalShardCluster(workers, new ShardWorkerOptions { Threads = threads });
        var scoring = new DistributedScoring(Model, shards, Output, cluster);
        var scores = await scoring.RunAsync();
        Assert.Equal((4, 0, (long)ToyShards.RowsOfAll), (scores.Shards, scores.AlreadyDone, scores.Rows));
        long flagged = 0;
        for (int i = 0; i < shards.Length; i++)
        {
            string[][] lines = [.. File.ReadLines(scoring.OutputOf(shards[i])).Skip(1).Select(l => l.Split(','))];
            Assert.Equal(Model.ScoreAll(ToyShards.Rows(i)), lines.Select(l => float.Parse(l[0], CultureInfo.InvariantCulture)));
            Assert.All(lines, l => Assert.Equal(float.Parse(l[0], CultureInfo.InvariantCulture) > Model.Threshold ? "1" : "0", l[2]));
            flagged += lines.Count(l => l[2] == "1");
        }
        Assert.Equal(flagged, scores.Flagged);
    }

    [Fact]
    public async Task A_rerun_leaves_alone_what_is_done_and_another_detector_scores_anew()
    {
        var shards = ToyShards.Write(_folder);
        using var cluster = new LocalShardCluster(1, new ShardWorkerOptions { Threads = 1 });
        var scoring = new DistributedScoring(Model, shards, Output, cluster);
        var before = await scoring.RunAsync();
        // As where a worker died between both files.
        File.Delete(scoring.OutputOf(shards[1]) + ".done.json");
        var untouched = File.GetLastWriteTimeUtc(scoring.OutputOf(shards[0]));
        var after = await scoring.RunAsync();
        Assert.Equal((4, 3, before.Rows, before.Flagged), (after.Shards, after.AlreadyDone, after.Rows, after.Flagged));
        Assert.Equal(untouched, File.GetLastWriteTimeUtc(scoring.OutputOf(shards[0])));
        var other = await new DistributedScoring(Model.WithFalseAlarmRate(0.2), shards, Output, cluster).RunAsync();
        Assert.Equal(0, other.AlreadyDone);
        Assert.True(other.Flagged > before.Flagged);
    }

    [Fact]
    public async Task Scores_of_another_detector_are_never_taken_for_ones_own()
    {
        var shards = ToyShards.Write(_folder);
        using var cluster = new LocalShardCluster(1, new ShardWorkerOptions { Threads = 1 });
        var scoring = new DistributedScoring(Model, shards, Output, cluster);
        await scoring.RunAsync();
        string path = scoring.OutputOf(shards[1]), done = path + ".done.json";
        byte[] own = File.ReadAllBytes(path), ownDone = File.ReadAllBytes(done);
        await new DistributedScoring(Model.WithFalseAlarmRate(0.2), shards, Output, cluster).RunAsync();
        // As where the other detector's worker died between both files.
        File.WriteAllBytes(done, ownDone);
        Assert.Equal(0, (await scoring.RunAsync()).AlreadyDone);
        Assert.Equal(own, File.ReadAllBytes(path));
    }

    [Fact]
    public async Task A_shard_that_changed_is_scored_anew()
    {
        var shards = ToyShards.Write(_folder);
        using var cluster = new LocalShardCluster(1, new ShardWorkerOptions { Threads = 1 });
        await new DistributedScoring(Model, shards, Output, cluster).RunAsync();
        // Of the same length, at another time.
        var other = Toy.Rows(ToyShards.Rows(0).RowCount, 77);
        BinaryRows.Write(other, shards[0].Path);
        File.SetLastWriteTimeUtc(shards[0].Path, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        shards[1] = shards[1] with { Settings = "read in another way" };
        var scoring = new DistributedScoring(Model, shards, Output, cluster);
        Assert.Equal(2, (await scoring.RunAsync()).AlreadyDone);
        Assert.Equal(Model.ScoreAll(other), File.ReadLines(scoring.OutputOf(shards[0])).Skip(1).Select(l => float.Parse(l.Split(',')[0], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task What_killed_workers_left_half_is_removed_but_not_what_one_still_writes()
    {
        var shards = ToyShards.Write(_folder);
        using var cluster = new LocalShardCluster(1, new ShardWorkerOptions { Threads = 1 });
        var scoring = new DistributedScoring(Model, shards, Output, cluster);
        string[] names = [], left = [];
        Directory.CreateDirectory(Output);
        foreach (string target in new[] { scoring.OutputOf(shards[0]), scoring.OutputOf(shards[0]) + ".done.json", scoring.OutputOf(shards[1]) })
        {
            AtomicFile.Write(target, _ => names = [.. names, Assert.Single(Directory.GetFiles(Output), f => f.StartsWith(target, StringComparison.Ordinal) && f.EndsWith(".tmp", StringComparison.Ordinal))]);
            File.Delete(target);
        }
        foreach (string name in names)
        {
            File.WriteAllText(name, "half");
            File.SetLastWriteTimeUtc(name, DateTime.UtcNow - (2 * AtomicFile.Rest));
        }
        string fresh = names[0] + ".tmp"; // written whole a moment ago, and about to be moved
        File.WriteAllText(fresh, "whole");
        AtomicFile.Write(scoring.OutputOf(shards[2]) + ".other", _ =>
        {
            Assert.Equal(4, scoring.RunAsync().GetAwaiter().GetResult().Shards);
            left = [.. Directory.GetFiles(Output, "*.tmp")];
        });
        Assert.Equal(2, left.Length);
        Assert.Contains(fresh, left);
    }

    [Fact]
    public async Task Workers_that_die_leave_each_shard_scored_once()
    {
        var shards = ToyShards.Write(_folder);
        using var calm = new LocalShardCluster(1, new ShardWorkerOptions { Threads = 1 });
        using var wild = new ChaoticCluster(3, 5, deaths: 0.5);
        var (first, second) = (new DistributedScoring(Model, shards, Output, calm), new DistributedScoring(Model, shards, _folder.File("wild"), wild));
        var (expected, found) = (await first.RunAsync(), await second.RunAsync());
        Assert.Equal((expected.Shards, expected.Rows, expected.Flagged), (found.Shards, found.Rows, found.Flagged));
        Assert.True(wild.Deaths > 0);
        foreach (var shard in shards) Assert.Equal(File.ReadAllBytes(first.OutputOf(shard)), File.ReadAllBytes(second.OutputOf(shard)));
        Assert.Equal(2 * shards.Length, Directory.GetFiles(_folder.File("wild")).Length);
    }

    [Fact]
    public async Task Workers_that_come_later_get_their_share()
    {
        Shard[] shards = [.. ToyShards.Write(_folder).SelectMany(s => new[] { s.Cut(0, 2), s.Cut(1, 2) })];
        using var cluster = new GrowingCluster();
        Assert.Equal(shards.Length, (await new DistributedScoring(Model, shards, Output, cluster).RunAsync()).Shards);
    }

    [Fact]
    public async Task A_corrupt_shard_stops_the_scoring_or_is_named_and_leaves_no_file()
    {
        var shards = ToyShards.Write(_folder);
        File.WriteAllText(shards[1].Path, "these are no rows");
        using var cluster = new LocalShardCluster(1, new ShardWorkerOptions { Threads = 1 });
        Assert.Equal(shards[1].Name, (await Assert.ThrowsAsync<ShardException>(() => new DistributedScoring(Model, shards, Output, cluster).RunAsync())).Shard);
        var scoring = new DistributedScoring(Model, shards, Output, cluster, CorruptShards.Skip);
        var scores = await scoring.RunAsync();
        Assert.Equal(shards[1].Name, Assert.Single(scores.Skipped).Name);
        Assert.Equal(3, scores.Shards);
        Assert.False(File.Exists(scoring.OutputOf(shards[1])));
    }

    [Fact]
    public async Task A_cancelled_scoring_leaves_whole_files_and_goes_on()
    {
        var shards = ToyShards.Write(_folder);
        using var cluster = new LocalShardCluster(1, new ShardWorkerOptions { Threads = 1 });
        using var stop = new CancellationTokenSource();
        var scoring = new DistributedScoring(Model, shards, Output, cluster);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scoring.RunAsync(new CancelAt(2, stop), stop.Token));
        int whole = Directory.GetFiles(Output, "*.done.json").Length;
        Assert.InRange(whole, 1, 3);
        Assert.Equal((4, whole), await scoring.RunAsync() is var s ? (s.Shards, s.AlreadyDone) : default);
        Assert.Equal(8, Directory.GetFiles(Output).Length);
    }

    // One worker, and three once it has done a task: the next task waits for as many under way as three want.
    private sealed class GrowingCluster : IShardCluster, IDisposable
    {
        private const int Later = 3, Wanted = 2 * Later;
        private static readonly TimeSpan Never = TimeSpan.FromMinutes(1);

        private readonly LocalShardCluster _cluster = new(1, new ShardWorkerOptions { Threads = 1 });
        private readonly TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _posted;

        public ClusterSize Size => new(_posted > 1 ? Later : 1, 1);

        public async Task<ShardResult> RunAsync(ShardTask task, CancellationToken cancellation)
        {
            int posted = Interlocked.Increment(ref _posted);
            if (posted == 1 + Wanted) _enough.SetResult();
            if (posted > 1) await _enough.Task.WaitAsync(Never, cancellation);
            return await _cluster.RunAsync(task, cancellation);
        }

        public void Dispose() => _cluster.Dispose();
    }

    private sealed class CancelAt(int shards, CancellationTokenSource stop) : IProgress<DistributedProgress>
    {
        public void Report(DistributedProgress value)
        {
            if (value.Done >= shards) stop.Cancel();
        }
    }
}
