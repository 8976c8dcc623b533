using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Distributed;

public sealed class ShardRowsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a,b\n1,2\n3,4\n5,6\n", true)]
    [InlineData("1,2\r\n3,4\r\n\r\n5,6\r\n7,8", false)]
    [InlineData("\uFEFFa,b\n1,2\n", true)]
    [InlineData("a,b\n", true)]
    public void The_parts_of_a_text_file_are_the_whole_in_order(string text, bool hasHeader)
    {
        string path = _folder.File("rows.csv");
        File.WriteAllText(path, text);
        var shard = Shard.Csv(path, new CsvOptions { HasHeader = hasHeader });
        var whole = LargeBatches.Rows([shard]);
        for (int parts = 2; parts <= 9; parts++) Assert.Equal(whole, LargeBatches.Rows(Enumerable.Range(0, parts).Select(p => shard.Cut(p, parts))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(1000)]
    public void Binary_rows_come_back_whole_and_in_parts(int count)
    {
        string path = _folder.File("rows");
        var rows = Toy.Rows(count, 1);
        Assert.Equal(count, BinaryRows.Write(rows, path));
        Assert.Equal(rows.ToArray(), LargeBatches.Rows([Shard.Binary(path)]).SelectMany(r => r));
        Assert.Equal(rows.ToArray(), LargeBatches.Rows(Enumerable.Range(0, 3).Select(p => Shard.Binary(path).Cut(p, 3))).SelectMany(r => r));
        Assert.Equal(count, Enumerable.Range(0, 3).Sum(p => new BinaryRows(path, p, 3).Count));
    }

    [Fact]
    public void Damage_to_a_binary_file_is_found_and_named()
    {
        var shard = Shard.Binary(_folder.File("rows"));
        BinaryRows.Write(Toy.Rows(600, 1), shard.Path);
        byte[] sound = File.ReadAllBytes(shard.Path);
        foreach (int at in new[] { 0, 20, 6000, sound.Length - 1 })
        {
            byte[] damaged = [.. sound];
            damaged[at] ^= 16;
            File.WriteAllBytes(shard.Path, damaged);
            Assert.Equal(shard.Name, Assert.Throws<ShardException>(() => LargeBatches.Rows([shard])).Shard);
        }
        for (int cut = 1; cut < 30; cut += 3)
        {
            File.WriteAllBytes(shard.Path, sound[..^cut]);
            Assert.Throws<ShardException>(() => LargeBatches.Rows([shard]));
        }
        File.Delete(shard.Path);
        Assert.Throws<ShardException>(() => LargeBatches.Rows([shard]));
    }

    [Fact]
    public void Virtual_shards_group_and_cut_by_the_order_of_shards_alone()
    {
        Shard[] shards = [.. Enumerable.Range(0, 5).Select(i => Shard.Binary($"{i}"))];
        Assert.Equal(["0 1", "2 3 4"], VirtualShards.Of(shards, 2).Select(v => string.Join(' ', v.Select(s => s.Path))));
        Assert.Equal(10, VirtualShards.Of(shards, 10).Length);
        Assert.Equal("0 (2 of 2)", VirtualShards.Of(shards, 10)[1][0].Name);
        Assert.Contains("such as 5", Assert.Throws<ArgumentException>(() => VirtualShards.Of(shards, 8)).Message);
        Assert.Contains("twice", Assert.Throws<ArgumentException>(() => VirtualShards.Of([shards[0], shards[0]], 1)).Message);
        Assert.Contains("no parts", Assert.Throws<ArgumentException>(() => VirtualShards.Of([new Shard("x", ShardFormats.Table)], 2)).Message);
        Assert.Contains("'parquet'", Assert.Throws<ArgumentException>(() => VirtualShards.Of([new Shard("x", "parquet")], 1)).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(5000)]
    [InlineData(40_000)]
    public void An_epoch_shows_each_row_once_in_an_order_of_its_own_wherever_it_is_entered(int count)
    {
        using var rows = Stored(count, new MemoryGrant(1 << 26));
        int[] first = Epoch(rows, 0, count), second = Epoch(rows, 1, count);
        Assert.Equal(Enumerable.Range(0, count), first.Order());
        Assert.Equal(Enumerable.Range(0, count), second.Order());
        if (count > 1) Assert.NotEqual(first, second);
        int from = count / 2;
        Assert.Equal(first[from..], Ids(new ShuffledShard(rows, Toy.Features, RandomStream.FromSeed(1)), 0, from, count - from));
    }

    [Fact]
    public void Rows_that_find_no_room_in_memory_come_from_a_file_all_the_same()
    {
        var memory = new MemoryGrant(100_000);
        using (var inMemory = Stored(9000, new MemoryGrant(1 << 26)))
        using (var inFile = Stored(9000, memory))
            Assert.Equal(Epoch(inMemory, 3, 9000), Epoch(inFile, 3, 9000));
        // What was granted is given back.
        Assert.True(memory.TryTake(100_000));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 2)]
    [InlineData(8, 4)]
    [InlineData(11, 8)]
    public async Task Runs_summed_elsewhere_and_in_whatever_order_they_come_leave_every_bit_of_the_sum(int count, int run)
    {
        WeightedSum[] Summands() => [.. Enumerable.Range(0, count).Select(i => new WeightedSum(i + 1, [.. TestModels.Normals(40, i).Select(v => v * Math.Pow(10, i % 5))]))];
        var whole = PairwiseSum.Of(Summands())!;
        var byRuns = PairwiseSum.Of([.. Summands().Chunk(run).Select(r => PairwiseSum.Of(r))])!;
        Assert.Equal(whole.Values, byRuns.Values);
        Assert.Equal(whole.Weight, byRuns.Weight);
        TaskCompletionSource<WeightedSum?>[] coming = [.. Enumerable.Range(0, count).Select(_ => new TaskCompletionSource<WeightedSum?>())];
        var sum = PairwiseSum.OfAsync(coming.Select(c => c.Task).ToArray());
        foreach (int i in RandomStream.FromSeed(run).Permutation(count)) coming[i].SetResult(Summands()[i]);
        Assert.Equal(whole.Values, (await sum)!.Values);
    }

    [Theory]
    [InlineData(8, 1, 1, 8)]
    [InlineData(8, 2, 1, 4)]
    [InlineData(8, 8, 1, 1)]
    [InlineData(8, 3, 1, 1)]
    [InlineData(1024, 64, 16, 16)]
    [InlineData(16, 2, 4, 8)]
    public void Work_is_shared_out_in_the_longest_runs_that_keep_nobody_waiting(int members, int workers, int threads, int run) =>
        Assert.Equal(run, TaskRunner.RunLength(members, new ClusterSize(workers, threads)));

    [Fact]
    public void Rows_that_a_worker_keeps_have_the_roles_of_the_job_that_asks()
    {
        var member = new TaskMember(0, ToyShards.Write(_folder));
        RowFacts first = new(1, 0.2, [], 0, CorruptShards.Stop), second = first with { Seed = 2 };
        using ShardWorker worker = new(), other = new();
        worker.Open(member, first, default);
        var expected = other.Open(member, second, default);
        var found = worker.Open(member with { Fingerprint = expected.Fingerprint }, second, default);
        Assert.Equal((expected.Training.Count, expected.HeldOut.Count), (found.Training.Count, found.HeldOut.Count));
        Assert.Equal(Training(expected), Training(found));
        Assert.Same(found, worker.Open(member with { Fingerprint = expected.Fingerprint }, second with { Watched = [] }, default));

        static float[] Training(VirtualRows rows)
        {
            var block = new float[StoredRows.BlockRows * Toy.Features];
            rows.Training.Read(0, block);
            return block;
        }
    }

    [Fact]
    public async Task Rows_stay_with_the_worker_that_has_them_whatever_the_length_of_runs()
    {
        int opened = 0;
        ShardFormats.Register("counted", shard =>
        {
            Interlocked.Increment(ref opened);
            return new BinaryRows(shard.Path);
        });
        TaskMember[] members = [.. ToyShards.Write(_folder).Select((s, v) => new TaskMember(v, [s with { Format = "counted" }]))];
        using var cluster = new LocalShardCluster(2, new ShardWorkerOptions { Threads = 1 });
        var runner = new TaskRunner(cluster, new RowFacts(1, 0.2, [], 0, CorruptShards.Stop));
        var surveyed = (await runner.RunAsync(members, SurveyWork.Order([]), default)).SelectMany(SurveyWork.Read).ToArray();
        members = [.. members.Zip(surveyed, (member, survey) => member with { Fingerprint = survey.Facts.Fingerprint })];
        foreach (int most in new[] { 1, members.Length }) await runner.RunAsync(members, DrawWork.Order(new DrawOrder(RowSampleKind.Calibration, 1)), default, most);
        Assert.Equal(members.Length, opened);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(600)]
    public void Rows_that_are_wanted_are_shown_in_order_with_their_hashes(int every)
    {
        var (member, facts) = (new TaskMember(2, ToyShards.Write(_folder)), new RowFacts(1, 0.2, [], 0, CorruptShards.Stop));
        var (all, role) = (LargeBatches.Rows(member.Shards), new RowRole(facts.Seed, facts.HeldOutFraction));
        using var rows = VirtualRows.Open(member, facts, new MemoryGrant(20_000), null, default);
        var shown = new List<(float[] Row, double Hash)>();
        rows.ForEach((_, place) => place % every == 0, (row, hash) => shown.Add((row.ToArray(), hash)));
        Assert.Equal((all.Count + every - 1) / every, shown.Count);
        for (int i = 0; i < shown.Count; i++)
        {
            Assert.Equal(all[i * every], shown[i].Row);
            Assert.Equal(role.Hash(2, i * every), shown[i].Hash);
        }
    }

    // The first feature is the row's number.
    private static StoredRows Stored(int count, MemoryGrant memory)
    {
        var rows = new StoredRows(Toy.Features, memory, null);
        for (int r = 0; r < count; r++) rows.Add([r, 0, 0, 0, 0]);
        rows.Complete();
        return rows;
    }

    private static int[] Epoch(StoredRows rows, long epoch, int count) => Ids(new ShuffledShard(rows, Toy.Features, RandomStream.FromSeed(1)), epoch, 0, count);

    private static int[] Ids(ShuffledShard rows, long epoch, long first, int count)
    {
        var features = new float[count * Toy.Features];
        rows.Fill(epoch, first, features);
        return [.. Enumerable.Range(0, count).Select(r => (int)features[r * Toy.Features])];
    }
}
