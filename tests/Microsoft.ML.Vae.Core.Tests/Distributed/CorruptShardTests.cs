using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Distributed;

public sealed class CorruptShardTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_corrupt_shard_stops_the_job_with_its_name()
    {
        var shards = ToyShards.Write(_folder);
        Damage(shards[2].Path);
        var e = Assert.Throws<ShardException>(() => ToyShards.Train(ToyShards.Job(shards, virtualShards: 2), workers: 2));
        Assert.Equal(shards[2].Name, e.Shard);
        Assert.Contains("checksum", e.Message);
    }

    [Fact]
    public void Or_is_left_out_and_counted_on_request()
    {
        var shards = ToyShards.Write(_folder);
        Damage(shards[2].Path);
        var job = ToyShards.Job(shards, virtualShards: 4);
        job = job with { Distribution = job.Distribution with { OnCorrupt = CorruptShards.Skip } };
        var result = ToyShards.Train(job, workers: 2);
        Assert.Equal(shards[2].Name, Assert.Single(result.Skipped).Name);
        Assert.Equal(ToyShards.RowsOfAll - ToyShards.Rows(2).RowCount, result.Roles.Trained + result.Roles.Chose + result.Roles.Calibrated);
        Assert.Equal(ToyShards.Bytes(ToyShards.Train(job).Model), ToyShards.Bytes(result.Model));
    }

    [Fact]
    public void A_shard_that_changes_while_the_job_rests_stops_it()
    {
        var shards = ToyShards.Write(_folder);
        var store = new MortalStore(saves: 3);
        Assert.Throws<IOException>(() => ToyShards.Train(ToyShards.Job(shards, virtualShards: 4), store: store));
        BinaryRows.Write(Toy.Rows(ToyShards.Rows(1).RowCount, 77), shards[1].Path);
        var e = Assert.Throws<ShardException>(() => ToyShards.Train(ToyShards.Job(shards, virtualShards: 4), store: new MortalStore { State = store.State }));
        Assert.Equal(shards[1].Name, e.Shard);
        Assert.Contains("began with", e.Message);
    }

    [Fact]
    public void Shards_of_different_widths_are_told_apart()
    {
        var shards = ToyShards.Write(_folder);
        BinaryRows.Write(new MatrixRows(new float[300], 3), shards[3].Path);
        Assert.Contains("3 features", Assert.Throws<ShardException>(() => ToyShards.Train(ToyShards.Job(shards, virtualShards: 4))).Message);
        Assert.Contains("3 features", Assert.Throws<ShardException>(() => ToyShards.Train(ToyShards.Job(shards, virtualShards: 1))).Message);
    }

    [Fact]
    public void Messages_come_back_and_damaged_ones_are_refused()
    {
        var job = ToyShards.Job(ToyShards.Write(_folder)) with { FeatureNames = ["a", "b", "c", "d", "e"] };
        byte[] bytes = job.ToBytes();
        Assert.Equal(bytes, DistributedJob.FromBytes(bytes).ToBytes());
        var task = new ShardTask(0, [new TaskMember(0, [.. job.Shards])], new RowFacts(1, 0.2, [], 0, CorruptShards.Stop), SurveyWork.Order([]));
        using var worker = new ShardWorker(new ShardWorkerOptions { Threads = 1 });
        byte[] sent = task.ToBytes(), result = worker.Run(ShardTask.FromBytes(sent)).ToBytes();
        Assert.Equal(ToyShards.RowsOfAll, SurveyWork.Read(ShardResult.FromBytes(result))[0].Facts.Roles is var (a, b, c) ? a + b + c : 0);
        foreach (int at in new[] { 0, 9, sent.Length / 2, sent.Length - 1 })
        {
            byte[] damaged = [.. sent];
            damaged[at] ^= 1;
            Assert.Throws<FormatException>(() => ShardTask.FromBytes(damaged));
        }
        Assert.Throws<FormatException>(() => ShardResult.FromBytes(result[..^1]));
        Assert.Throws<FormatException>(() => ShardTask.FromBytes([]));
    }

    [Theory]
    [InlineData("FalseAlarmRate")]
    [InlineData("LocalSteps")]
    [InlineData("BatchSize")]
    public void An_option_that_this_version_does_not_know_is_refused_by_its_name(string beside)
    {
        var packet = Packet.Read(ToyShards.Job([Shard.Binary("a.rows")], virtualShards: 1).ToBytes());
        byte[] newer = (packet with { Header = packet.Header.Replace($"\"{beside}\":", $"\"Newer\":1,\"{beside}\":", StringComparison.Ordinal) }).ToBytes();
        Assert.Contains("Newer", Assert.Throws<FormatException>(() => DistributedJob.FromBytes(newer)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_a_reader_says_names_the_shard()
    {
        ShardFormats.Register("unwilling", _ => throw new NotSupportedException("The database is away."));
        var shards = ToyShards.Write(_folder);
        shards[1] = shards[1] with { Format = "unwilling" };
        shards[2] = Shard.Csv(shards[2].Path, new CsvOptions { FeatureColumns = [99] });
        var job = ToyShards.Job(shards, virtualShards: 4);
        var e = Assert.Throws<ShardException>(() => ToyShards.Train(job));
        Assert.Contains("database is away", e.Message);
        var result = ToyShards.Train(job with { Distribution = job.Distribution with { OnCorrupt = CorruptShards.Skip } });
        Assert.Equal([shards[1].Name, shards[2].Name], result.Skipped.Select(s => s.Name));
    }

    private static void Damage(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^30] ^= 4;
        File.WriteAllBytes(path, bytes);
    }
}
