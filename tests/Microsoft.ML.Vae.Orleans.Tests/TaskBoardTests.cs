namespace Microsoft.ML.Vae.Orleans.Tests;

/// <summary>What becomes of tasks whose workers fail, forget or vanish; no silo is needed.</summary>
public sealed class TaskBoardTests
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(1), Long = TimeSpan.FromSeconds(30);
    private static readonly WorkerCard First = new("first", "first", 1, "X64 256"), Second = new("second", "second", 1, "X64 512");

    [Fact]
    public async Task A_worker_that_asks_again_without_a_report_gets_its_task_again()
    {
        var (board, task) = await BoardAsync();
        var result = board.RunAsync(task, default);
        var order = await board.ExchangeAsync(First, null, Long);
        var again = await board.ExchangeAsync(First, null, Long);
        Assert.Equal(order!.Task, again!.Task);
        Assert.NotEqual(order.Number, again.Number);
        Assert.False(result.IsCompleted);
    }

    [Fact]
    public async Task A_lost_worker_is_told_to_whoever_waits_and_its_late_report_is_nothing()
    {
        var (board, task) = await BoardAsync();
        var result = board.RunAsync(task, default);
        var order = await board.ExchangeAsync(First, null, Long);
        board.Forget(silo => silo == First.Silo);
        await Assert.ThrowsAsync<WorkerLostException>(() => result);
        Assert.Null(await board.ExchangeAsync(First, new WorkReport { Number = order!.Number, Result = [1] }, AtOnce));
    }

    [Fact]
    public async Task A_task_that_fails_three_times_fails_with_the_last_words()
    {
        var (board, task) = await BoardAsync();
        var result = board.RunAsync(task, default);
        WorkReport? report = null;
        for (int i = 0; i < 3; i++)
        {
            var order = await board.ExchangeAsync(First, report, Long);
            report = new WorkReport { Number = order!.Number, Failure = $"failure {i}" };
        }
        await board.ExchangeAsync(First, report, AtOnce);
        Assert.Contains("failure 2", (await Assert.ThrowsAsync<InvalidOperationException>(() => result)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_failed_is_left_to_another_worker_while_one_is_there()
    {
        var (board, task) = await BoardAsync();
        var result = board.RunAsync(task, default);
        var order = await board.ExchangeAsync(First, null, Long);
        Assert.Null(await board.ExchangeAsync(Second, null, AtOnce));
        Assert.Null(await board.ExchangeAsync(First, Failure(order!), AtOnce));
        order = await board.ExchangeAsync(Second, null, AtOnce);
        Assert.Equal(task.ToBytes(), order!.Task);
        Assert.Null(await board.ExchangeAsync(First, null, AtOnce));
        Assert.NotNull(await board.ExchangeAsync(Second, Failure(order), AtOnce));
        Assert.False(result.IsCompleted);
    }

    [Fact]
    public async Task A_result_that_cannot_be_read_is_a_failure()
    {
        var (board, task) = await BoardAsync();
        var result = board.RunAsync(task, default);
        WorkReport? report = null;
        for (int i = 0; i < 3; i++)
        {
            var order = await board.ExchangeAsync(First, report, Long);
            report = new WorkReport { Number = order!.Number, Result = [1, 2, 3] };
        }
        await board.ExchangeAsync(First, report, AtOnce);
        await Assert.ThrowsAsync<InvalidOperationException>(() => result);
    }

    [Fact]
    public async Task A_task_that_nobody_wants_any_more_is_given_to_nobody()
    {
        var (board, task) = await BoardAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => board.RunAsync(task, new CancellationToken(canceled: true)));
        Assert.Null(await board.ExchangeAsync(First, null, AtOnce));
        using var cancellation = new CancellationTokenSource();
        var result = board.RunAsync(task, cancellation.Token);
        var order = await board.ExchangeAsync(First, null, Long);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => result);
        Assert.Null(await board.ExchangeAsync(First, Failure(order!), AtOnce));
    }

    [Fact]
    public async Task A_corrupt_shard_is_not_tried_again()
    {
        var (board, task) = await BoardAsync();
        var result = board.RunAsync(task, default);
        var order = await board.ExchangeAsync(First, null, Long);
        await board.ExchangeAsync(First, new WorkReport { Number = order!.Number, Shard = "a.csv", Failure = "it is damaged" }, AtOnce);
        Assert.Equal("a.csv", (await Assert.ThrowsAsync<ShardException>(() => result)).Shard);
    }

    [Fact]
    public async Task Another_worker_takes_a_task_when_the_one_with_its_rows_is_gone()
    {
        var (board, task) = await BoardAsync();
        var lost = board.RunAsync(task, default);
        await board.ExchangeAsync(First, null, Long);
        board.Forget(silo => silo == First.Silo);
        await Assert.ThrowsAsync<WorkerLostException>(() => lost);
        _ = board.RunAsync(task, default);
        Assert.NotNull(await board.ExchangeAsync(Second, null, AtOnce));
    }

    [Fact]
    public async Task A_task_that_no_message_holds_fails_at_once_with_its_length()
    {
        var (board, task) = await BoardAsync(mostBytes: 100);
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => board.RunAsync(task, default));
        Assert.Contains($"{task.ToBytes().Length:N0} bytes", thrown.Message, StringComparison.Ordinal);
        Assert.Null(await board.ExchangeAsync(First, null, AtOnce));
    }

    [Fact]
    public async Task A_worker_that_leaves_gives_its_report_and_its_rows_to_the_others()
    {
        var (board, task) = await BoardAsync();
        var result = board.RunAsync(task, default);
        var order = await board.ExchangeAsync(First, null, Long);
        Assert.Null(await board.ExchangeAsync(Second, null, AtOnce));
        board.Leave(First, new WorkReport { Number = order!.Number, Shard = "a.csv", Failure = "it is damaged" });
        await Assert.ThrowsAsync<ShardException>(() => result);
        Assert.Equal(2, board.Size.Workers); // its silo lives: the next round is cut for both
        _ = board.RunAsync(task, default);
        Assert.NotNull(await board.ExchangeAsync(Second, null, AtOnce));
    }

    [Fact]
    public async Task A_task_that_failed_waits_for_no_worker_that_is_at_another_job()
    {
        var (board, task) = await BoardAsync();
        Assert.Null(await board.ExchangeAsync(Second, null, AtOnce));
        _ = board.RunAsync(task, default);
        var order = await board.ExchangeAsync(First, null, Long);
        Assert.NotNull(await board.ExchangeAsync(First, Failure(order!), Long));
    }

    [Fact]
    public async Task A_closed_board_keeps_nobody_waiting()
    {
        var (board, _) = await BoardAsync();
        var waiting = board.ExchangeAsync(First, null, Long);
        board.Open(false);
        Assert.Null(await waiting);
    }

    private static WorkReport Failure(WorkOrder order) => new() { Number = order.Number, Failure = "the disk is full" };

    private static async Task<(TaskBoard Board, ShardTask Task)> BoardAsync(int mostBytes = int.MaxValue)
    {
        var board = new TaskBoard(TimeProvider.System, mostBytes);
        board.Open(true);
        var recorder = new Recorder();
        var job = new DistributedJob { Shards = [Shard.Binary("nowhere.rows")], Distribution = new DistributedOptions { VirtualShards = 1 } };
        await Assert.ThrowsAsync<NotSupportedException>(() => new DistributedTraining(job, recorder).RunAsync());
        return (board, recorder.Task!);
    }

    // Tasks are made by a coordinator alone: this cluster keeps its first one.
    private sealed class Recorder : IShardCluster
    {
        public ShardTask? Task { get; private set; }

        public ClusterSize Size => new(1, 1);

        public Task<ShardResult> RunAsync(ShardTask task, CancellationToken cancellation)
        {
            Task = task;
            throw new NotSupportedException();
        }
    }
}
