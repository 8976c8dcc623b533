using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>Runs the tasks of one job. Keeps the rows of virtual shards that it has opened, on which no result depends. Runs one task at a time.</summary>
public sealed class ShardWorker : IDisposable
{
    private readonly ConcurrentDictionary<int, VirtualRows> _opened = [];
    private readonly MemoryGrant _memory;
    private (string Name, AnomalyModel Model)? _model;

    /// <summary>Opens nothing yet.</summary>
    public ShardWorker(ShardWorkerOptions? options = null)
    {
        Options = options ?? new ShardWorkerOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Options.Threads, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(Options.RowBytes, nameof(options));
        (_memory, Engines) = (new MemoryGrant(Options.RowBytes), new EngineShelf());
    }

    /// <summary>What it may use.</summary>
    public ShardWorkerOptions Options { get; }

    internal EngineShelf Engines { get; }

    /// <summary>Runs a task on the caller's thread and as many more as the options grant, and returns when it is done.</summary>
    /// <exception cref="ShardException">A shard cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ShardResult Run(ShardTask task, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        long start = Stopwatch.GetTimestamp();
        var result = task.Kind switch
        {
            SurveyWork.Kind => SurveyWork.Run(this, task, cancellation),
            RoundWork.Kind => RoundWork.Run(this, task, cancellation),
            ValidationWork.Kind => ValidationWork.Run(this, task, cancellation),
            DrawWork.Kind => DrawWork.Run(this, task, cancellation),
            ScoringWork.Kind => ScoringWork.Run(this, task, cancellation),
            var kind => throw new FormatException($"There is no task '{kind}': coordinator and worker are of different versions."),
        };
        return result.Timed(Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>Drops rows and engines.</summary>
    public void Dispose()
    {
        foreach (int index in _opened.Keys.ToArray()) Drop(index);
        Engines.Dispose();
    }

    /// <summary>The rows of a virtual shard, kept from last time where they are the same.</summary>
    internal VirtualRows Open(TaskMember member, RowFacts facts, CancellationToken cancellation)
    {
        if (_opened.TryGetValue(member.Index, out var rows) && member.Fingerprint == rows.Fingerprint) return rows;
        Drop(member.Index);
        return _opened[member.Index] = VirtualRows.Open(member, facts, _memory, Options.Folder, cancellation);
    }

    /// <summary>A detector of a message, kept from last time where it is the same.</summary>
    internal AnomalyModel Model(string name, byte[] file)
    {
        if (_model?.Name != name) _model = (name, AnomalyModelFile.Load(new MemoryStream(file)));
        return _model.Value.Model;
    }

    /// <summary>Does something for each member of a task, on threads of our own; the failure of the first member that failed is thrown.</summary>
    internal T[] ForEach<T>(ShardTask task, Func<TaskMember, T> body)
    {
        var (results, failures, next) = (new T[task.Count], new ExceptionDispatchInfo?[task.Count], -1);
        Thread[] helpers = [.. Enumerable.Range(0, Math.Min(Options.Threads, task.Count) - 1).Select(_ => new Thread(Take) { IsBackground = true, Name = "VAE shard" })];
        foreach (var helper in helpers) helper.Start();
        Take();
        foreach (var helper in helpers) helper.Join();
        failures.FirstOrDefault(f => f is not null)?.Throw();
        return results;

        void Take()
        {
            for (int i; (i = Interlocked.Increment(ref next)) < task.Count;)
            {
                try
                {
                    results[i] = body(task.Members[i]);
                }
#pragma warning disable CA1031 // it is thrown again on the caller's thread
                catch (Exception e)
#pragma warning restore CA1031
                {
                    failures[i] = ExceptionDispatchInfo.Capture(e);
                }
            }
        }
    }

    private void Drop(int index)
    {
        if (_opened.TryRemove(index, out var rows)) rows.Dispose();
    }
}
