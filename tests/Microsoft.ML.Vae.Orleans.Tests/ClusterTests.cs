namespace Microsoft.ML.Vae.Orleans.Tests;

/// <summary>Jobs on silo processes of this machine.</summary>
public sealed class ClusterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task A_cluster_gives_the_bits_of_one_process(int count)
    {
        using var folder = new WorkFolder();
        var setting = TestSetting.In(folder, count);
        await using var silos = await setting.StartAsync("bits", count);
        var trained = await silos.Cluster.TrainAsync(setting.Job(), cancellation: setting.Cancellation);
        Assert.Equal(await TestSetting.ExpectedAsync(setting.Job()), TestSetting.ModelBytes(trained.Model));
        var scoring = setting.Scoring(trained.Model, "scores");
        var scores = await silos.Cluster.ScoreAsync(scoring, cancellation: setting.Cancellation);
        var again = await silos.Cluster.ScoreAsync(scoring, cancellation: setting.Cancellation);
        Assert.Equal((TestSetting.Shards, 0, setting.Rows), (scores.Shards, scores.AlreadyDone, scores.Rows));
        Assert.Equal((TestSetting.Shards, TestSetting.Shards, setting.Rows), (again.Shards, again.AlreadyDone, again.Rows));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_killed_silo_changes_no_bit(int seed)
    {
        using var folder = new WorkFolder();
        var setting = TestSetting.In(folder, 3);
        await using var silos = await setting.StartAsync("kill", 3);
        var random = RandomStream.FromSeed(seed);
        var watcher = new Watcher { At = 10 + (int)(random.Uniform(0) * 280) };
        var training = silos.Cluster.TrainAsync(setting.Job(), watcher, cancellation: setting.Cancellation);
        await watcher.ReachedBeforeAsync(training);
        silos.Kill((int)(random.Uniform(1) * 3));
        Assert.Equal(await TestSetting.ExpectedAsync(setting.Job()), TestSetting.ModelBytes((await training).Model));
    }

    [Fact]
    public async Task A_job_survives_all_its_silos_one_after_another()
    {
        using var folder = new WorkFolder();
        var setting = TestSetting.In(folder, 2);
        await using var silos = await setting.StartAsync("all", 2);
        var watcher = new Watcher { At = 60 };
        var training = silos.Cluster.TrainAsync(setting.Job(), watcher, cancellation: setting.Cancellation);
        await watcher.ReachedBeforeAsync(training);
        for (int i = 0; i < 2; i++)
        {
            silos.Kill(0);
            await silos.AddAsync($"other-{i}");
        }
        Assert.Equal(await TestSetting.ExpectedAsync(setting.Job()), TestSetting.ModelBytes((await training).Model));
        Assert.True(watcher.Lives > 1, "Expected the coordinator to have died once at least: both silos were killed.");
    }

    [Fact]
    public async Task A_corrupt_shard_stops_the_job_with_its_name_or_is_left_out()
    {
        using var folder = new WorkFolder();
        var setting = TestSetting.In(folder, 2);
        var job = setting.Job();
        string path = job.Shards[3].Path;
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
        await using var silos = await setting.StartAsync("corrupt", 2);
        var thrown = await Assert.ThrowsAsync<ShardException>(() => silos.Cluster.TrainAsync(job, cancellation: setting.Cancellation));
        Assert.Equal(job.Shards[3].Name, thrown.Shard);
        var skipped = await silos.Cluster.TrainAsync(job with { Distribution = job.Distribution with { OnCorrupt = CorruptShards.Skip } }, cancellation: setting.Cancellation);
        Assert.Equal(job.Shards[3].Name, Assert.Single(skipped.Skipped).Name);
    }

    [Fact]
    public async Task A_cancelled_job_goes_on_where_it_stopped()
    {
        using var folder = new WorkFolder();
        var setting = TestSetting.In(folder, 2);
        await using var silos = await setting.StartAsync("cancel", 2);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(setting.Cancellation);
        var watcher = new Watcher { At = 100 };
        var training = silos.Cluster.TrainAsync(setting.Job(), watcher, cancellation: cancellation.Token);
        await watcher.ReachedBeforeAsync(training);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => training);
        var resumed = new Watcher { At = 1 };
        var trained = await silos.Cluster.TrainAsync(setting.Job(), resumed, cancellation: setting.Cancellation);
        var whole = await TestSetting.LocalAsync(setting.Job());
        Assert.Equal(2, resumed.Lives);
        Assert.True(resumed.First >= 100, $"Expected the second run to begin at step 100 or later, got {resumed.First}.");
        Assert.True(trained.Totals.Rounds <= whole.Totals.Rounds - 10, $"Expected 100 steps fewer than {whole.Totals.Rounds} rounds of 10 from the second run, got {trained.Totals.Rounds} rounds.");
        Assert.Equal(TestSetting.ModelBytes(whole.Model), TestSetting.ModelBytes(trained.Model));
    }

    [Fact]
    public async Task A_job_that_cannot_run_says_why()
    {
        using var folder = new WorkFolder();
        var setting = TestSetting.In(folder, 1);
        await using var silos = await setting.StartAsync("fails", 1);
        var job = setting.Job();
        var thrown = await Assert.ThrowsAsync<ShardException>(() => silos.Cluster.TrainAsync(job with { Shards = [.. job.Shards.Select(s => s with { Path = s.Path + ".gone" })] }, cancellation: setting.Cancellation));
        Assert.Contains(".gone", thrown.Shard, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Members_and_jobs_may_lie_in_Postgre_sql()
    {
        Skip.If(!OperatingSystem.IsLinux() || PostgresServer.Programs() is null, PostgresServer.HowToHave);
        if (!OperatingSystem.IsLinux()) return;
        using var folder = new WorkFolder();
        using var server = PostgresServer.Start(folder.Path);
        SiloProgram.DbProviders();
        await using (var source = Npgsql.NpgsqlDataSource.Create(server.ConnectionString))
        {
            await using var command = source.CreateCommand(TestSetting.Sql());
            await command.ExecuteNonQueryAsync();
        }
        string certificate = Path.Combine(folder.Path, "cluster.pfx");
        ClusterCertificate.Create(certificate);
        var setting = TestSetting.In(folder, 2);
        var place = new ClusterPlace { Postgres = server.ConnectionString, Certificate = certificate };
        await using var silos = await LocalSilos.StartAsync(place, 2, 1, Path.Combine(folder.Path, "logs"));
        var watcher = new Watcher { At = 100 };
        var training = silos.Cluster.TrainAsync(setting.Job(), watcher, cancellation: setting.Cancellation);
        await watcher.ReachedBeforeAsync(training);
        silos.Kill(0);
        await silos.AddAsync("other");
        Assert.Equal(await TestSetting.ExpectedAsync(setting.Job()), TestSetting.ModelBytes((await training).Model));
    }
}
