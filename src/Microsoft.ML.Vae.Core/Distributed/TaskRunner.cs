using System.Numerics;

namespace Microsoft.ML.Vae.Core;

/// <summary>Shares the virtual shards of a job out among the workers of the moment, asks again where a worker is lost, and gives results in the order of the shards.</summary>
internal sealed class TaskRunner(IShardCluster cluster, RowFacts rows)
{
    // A task that so many workers did not survive kills them itself.
    private const int MostAttempts = 20;

    private readonly object _gate = new();

    /// <summary>Bytes of the messages so far, both ways.</summary>
    public long Bytes { get; private set; }

    /// <summary>Workers at the moment.</summary>
    public int Workers => cluster.Size.Workers;

    /// <summary>Seconds that workers worked so far, all together.</summary>
    public double BusySeconds { get; private set; }

    /// <summary>Rows worked on so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Runs an order for all members; results in the order of the members, a run of them each.</summary>
    public async Task<ShardResult[]> RunAsync(IReadOnlyList<TaskMember> members, Packet order, CancellationToken cancellation, int mostMembers = int.MaxValue)
    {
        int run = Math.Min(RunLength(members.Count, cluster.Size), (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(mostMembers, 1 << 30)));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // Where one fails and ends the others, its word counts.
        return await Task.WhenAll(members.Chunk(run).Select(chunk => RunOneAsync(chunk, order, stop))).ConfigureAwait(false);
    }

    /// <summary>Runs an order for all members, and sums what is read of the results while others are still to come; null where there is nothing.</summary>
    public async Task<WeightedSum?> SumAsync(IReadOnlyList<TaskMember> members, Packet order, Func<ShardResult, WeightedSum?> read, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task<WeightedSum?>[] summands = [.. members.Chunk(RunLength(members.Count, cluster.Size)).Select(ReadAsync)];
        var sum = PairwiseSum.OfAsync(summands);
        await Task.WhenAll(summands).ConfigureAwait(false);
        return await sum.ConfigureAwait(false);

        async Task<WeightedSum?> ReadAsync(TaskMember[] run) => read(await RunOneAsync(run, order, stop).ConfigureAwait(false));
    }

    /// <summary>Runs one task; where it fails it cancels <paramref name="stop"/>, and so those beside it.</summary>
    public async Task<ShardResult> RunOneAsync(TaskMember[] members, Packet order, CancellationTokenSource stop)
    {
        var task = new ShardTask(members[0].Index, members, rows, order);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                var result = await cluster.RunAsync(task, stop.Token).ConfigureAwait(false);
                lock (_gate) (Bytes, BusySeconds, Rows) = (Bytes + order.Length + result.Content.Length, BusySeconds + result.Seconds, Rows + result.Rows);
                return result;
            }
            catch (WorkerLostException) when (attempt < MostAttempts)
            {
            }
            catch
            {
                await stop.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Virtual shards of one task: a power of two, as many as leave no worker longer at work than single ones would.</summary>
    internal static int RunLength(int members, ClusterSize size)
    {
        int best = 1;
        for (int run = 2; run / 2 < members; run *= 2)
            if (Makespan(run) <= Makespan(best)) best = run;
        return best;

        int Makespan(int run) => Up(Up(members, run), Math.Max(1, size.Workers)) * Up(Math.Min(run, members), size.Threads);

        static int Up(int a, int b) => (a + b - 1) / b;
    }
}
