using Orleans.Configuration;
using Orleans.Hosting;

namespace Microsoft.ML.Vae.Orleans.Tests;

/// <summary>What becomes of a job whose storage fails, on a silo in this process.</summary>
public sealed class JobGrainTests
{
    // Between an order of some 40,000 weights (12 bytes each) and its result (24), and above the envelope.
    private const int MessageBytes = 700_000;

    // The first writes: that the job runs, and the list that it is on. Then its end.
    [Theory]
    [InlineData("job", 1)]
    [InlineData("jobs", 1)]
    [InlineData("job", 2)]
    public async Task A_write_that_fails_leaves_no_job_that_nobody_runs(string state, int write)
    {
        using var folder = new WorkFolder();
        var setting = TestSetting.In(folder, 1);
        await using var silo = await TestSilo.StartAsync(Path.Combine(folder.Path, "state"), (state, write));
        var trained = await silo.Cluster.TrainAsync(setting.Job(), cancellation: setting.Cancellation);
        Assert.Equal(await TestSetting.ExpectedAsync(setting.Job()), TestSetting.ModelBytes(trained.Model));
    }

    [Fact]
    public async Task A_job_that_failed_goes_on_when_it_is_asked_for_again()
    {
        using var folder = new WorkFolder();
        var setting = TestSetting.In(folder, 1);
        await using var silo = await TestSilo.StartAsync(Path.Combine(folder.Path, "state"), ("checkpoint", 20));
        var thrown = await Assert.ThrowsAsync<ClusterJobException>(() => silo.Cluster.TrainAsync(setting.Job(), cancellation: setting.Cancellation));
        Assert.Contains("Write 20 of checkpoint", thrown.Message, StringComparison.Ordinal);
        var trained = await silo.Cluster.TrainAsync(setting.Job(), cancellation: setting.Cancellation);
        Assert.Equal(await TestSetting.ExpectedAsync(setting.Job()), TestSetting.ModelBytes(trained.Model));
    }

    [Fact]
    public async Task A_result_that_no_message_holds_fails_the_job_with_words()
    {
        using var folder = new WorkFolder();
        var setting = TestSetting.In(folder, 1);
        await using var silo = await TestSilo.StartAsync(Path.Combine(folder.Path, "state"), s => s.Configure<SiloMessagingOptions>(o => o.MaxMessageBodySize = MessageBytes));
        var thrown = await Assert.ThrowsAsync<ClusterJobException>(() => silo.Cluster.TrainAsync(setting.Job() with { Fit = new VaeFitOptions { HiddenWidths = [128, 128] } }, cancellation: setting.Cancellation));
        Assert.Contains("The result of a task (round)", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_is_cancelled_while_it_begins_does_not_go_on()
    {
        using var folder = new WorkFolder();
        var setting = TestSetting.In(folder, 1);
        await using var silo = await TestSilo.StartAsync(Path.Combine(folder.Path, "state"));
        using var cancellation = new CancellationTokenSource();
        var job = setting.Job();
        var training = silo.Cluster.TrainAsync(job, cancellation: cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => training);
        Assert.Equal(ClusterJobPhase.Cancelled, await silo.PhaseAsync(job));
    }

    [Fact]
    public async Task A_result_that_could_not_be_kept_is_there_when_the_job_is_asked_for_again()
    {
        using var folder = new WorkFolder();
        var setting = TestSetting.In(folder, 1);
        await using var silo = await TestSilo.StartAsync(Path.Combine(folder.Path, "state"));
        byte[] lost = [];
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => silo.Cluster.TrainAsync(setting.Job(), keep: Lose, cancellation: setting.Cancellation));
        Assert.Equal(ClusterJobPhase.Done, await silo.PhaseAsync(setting.Job()));
        var watcher = new Watcher { At = 1 };
        var trained = await silo.Cluster.TrainAsync(setting.Job(), watcher, cancellation: setting.Cancellation);
        Assert.Equal(lost, TestSetting.ModelBytes(trained.Model));
        Assert.Equal(1, watcher.Lives);
        Assert.Equal(ClusterJobPhase.None, await silo.PhaseAsync(setting.Job()));

        void Lose(DistributedResult result)
        {
            lost = TestSetting.ModelBytes(result.Model);
            throw new UnauthorizedAccessException();
        }
    }

    [Fact]
    public async Task Of_two_clients_of_one_job_each_has_the_result_or_hears_who_took_it()
    {
        using var folder = new WorkFolder();
        var setting = TestSetting.In(folder, 1);
        await using var silo = await TestSilo.StartAsync(Path.Combine(folder.Path, "state"));
        var asked = Enumerable.Range(0, 2).Select(_ => silo.Cluster.TrainAsync(setting.Job(), cancellation: setting.Cancellation)).ToArray();
        await Task.WhenAny(Task.WhenAll(asked), Task.Delay(Timeout.Infinite, setting.Cancellation));
        byte[] expected = await TestSetting.ExpectedAsync(setting.Job());
        Assert.Contains(asked, a => a.IsCompletedSuccessfully);
        foreach (var client in asked)
        {
            if (client.IsCompletedSuccessfully) Assert.Equal(expected, TestSetting.ModelBytes((await client).Model));
            else Assert.Contains("another program", (await Assert.ThrowsAsync<ClusterJobException>(() => client)).Message, StringComparison.Ordinal);
        }
    }
}
