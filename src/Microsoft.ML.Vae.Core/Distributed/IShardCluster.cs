namespace Microsoft.ML.Vae.Core;

/// <summary>How many workers there are at the moment. It decides how work is shared out, never what comes of it.</summary>
/// <param name="Workers">Workers, each of which runs one task at a time.</param>
/// <param name="Threads">Threads of each.</param>
public readonly record struct ClusterSize(int Workers, int Threads);

/// <summary>Workers that run tasks: threads of this process, or processes elsewhere. It holds the workers of one job.</summary>
public interface IShardCluster
{
    /// <summary>Asked before each round: workers may come and go.</summary>
    ClusterSize Size { get; }

    /// <summary>Runs a task by <see cref="ShardWorker.Run"/> on one of the workers, best on the one that ran <see cref="ShardTask.First"/> before and keeps its rows.</summary>
    /// <remarks>May be called from many places at once; more calls than workers wait for their turn. A task may run twice, anywhere: both results are the same.</remarks>
    /// <exception cref="WorkerLostException">The worker vanished; the coordinator asks again.</exception>
    /// <exception cref="ShardException">A shard cannot be read.</exception>
    Task<ShardResult> RunAsync(ShardTask task, CancellationToken cancellation);
}
