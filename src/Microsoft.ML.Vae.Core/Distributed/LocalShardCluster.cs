using System.Collections.Concurrent;

namespace Microsoft.ML.Vae.Core;

/// <summary>Workers in this process, each with threads of its own: for one machine, for tests, and to measure. What travels goes through messages, as between machines.</summary>
public sealed class LocalShardCluster : IShardCluster, IDisposable
{
    private readonly ShardWorker[] _workers;
    private readonly SemaphoreSlim[] _free;
    private readonly ConcurrentDictionary<int, int> _homes = [];

    /// <summary>Starts workers.</summary>
    /// <param name="workers">How many.</param>
    /// <param name="options">What each may use; null: the defaults, with the processors and the memory shared out.</param>
    public LocalShardCluster(int workers, ShardWorkerOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers);
        var whole = new ShardWorkerOptions();
        options ??= whole with { Threads = Math.Max(1, whole.Threads / workers), RowBytes = whole.RowBytes / workers };
        _workers = [.. Enumerable.Range(0, workers).Select(_ => new ShardWorker(options))];
        _free = [.. _workers.Select(_ => new SemaphoreSlim(1))];
        Size = new ClusterSize(workers, options.Threads);
    }

    /// <inheritdoc/>
    public ClusterSize Size { get; }

    /// <inheritdoc/>
    public async Task<ShardResult> RunAsync(ShardTask task, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(task);
        int worker = WorkerOf(task);
        byte[] message = task.ToBytes();
        await _free[worker].WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await Task.Factory.StartNew(
                () => ShardResult.FromBytes(_workers[worker].Run(ShardTask.FromBytes(message), cancellation).ToBytes()), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            _free[worker].Release();
        }
    }

    /// <summary>Ends the workers; no task may run.</summary>
    public void Dispose()
    {
        foreach (var worker in _workers) worker.Dispose();
        foreach (var free in _free) free.Dispose();
    }

    // Runs of one length are dealt out in turn by the survey, which opens all rows anew; later ones, of whatever length, go where their first rows are. A scoring keeps no rows.
    private int WorkerOf(ShardTask task)
    {
        int dealt = task.First / Math.Max(1, task.Count) % _workers.Length;
        if (task.Kind == ScoringWork.Kind) return dealt;
        int worker = task.Kind == SurveyWork.Kind ? dealt : _homes.GetOrAdd(task.First, dealt);
        foreach (var member in task.Members) _homes[member.Index] = worker;
        return worker;
    }
}
