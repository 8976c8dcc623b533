using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Orleans;

/// <summary>The tasks of one job: those that wait for a worker, and those that one has. Workers come for them; nobody is sent any. Thread-safe.</summary>
/// <remarks>A task goes to the worker that had the same rows before, while that worker lives; another takes it when it has waited for <see cref="Loyalty"/>.</remarks>
/// <param name="clock">The time.</param>
/// <param name="mostBytes">Of a task.</param>
internal sealed class TaskBoard(TimeProvider clock, int mostBytes) : IShardCluster
{
    /// <summary>Reading rows again costs more than waiting so long for the worker that holds them.</summary>
    private static readonly TimeSpan Loyalty = TimeSpan.FromSeconds(2);

    /// <summary>A failure that follows a task to three workers, where there are as many, is the task's.</summary>
    private const int Attempts = 3;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, BoardWorker> _workers = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _homes = [];
    private readonly LinkedList<BoardTask> _pending = new();
    private TaskCompletionSource _news = NewSignal();
    private bool _isOpen;

    /// <inheritdoc/>
    public ClusterSize Size
    {
        get
        {
            lock (_lock) return new(Math.Max(1, _workers.Count), _workers.Values.Select(w => w.Card.Threads).DefaultIfEmpty(1).Min());
        }
    }

    /// <summary>How many workers have come.</summary>
    public int WorkerCount
    {
        get
        {
            lock (_lock) return _workers.Count;
        }
    }

    /// <summary>Bytes, times and workers so far.</summary>
    public BoardAccount Account { get; } = new();

    /// <summary>While it is closed, nobody waits here for work.</summary>
    public void Open(bool isOpen)
    {
        lock (_lock) _isOpen = isOpen;
        Signal();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">No message can hold the task, or it failed on three workers.</exception>
    public async Task<ShardResult> RunAsync(ShardTask task, CancellationToken cancellation)
    {
        var entry = new BoardTask(task, MessageLimit.Checked(task.ToBytes(), $"A task ({task.Kind})", mostBytes), clock.GetTimestamp());
        using var registration = cancellation.Register(() => Withdraw(entry, cancellation));
        lock (_lock)
        {
            if (!entry.Outcome.Task.IsCompleted) _pending.AddLast(entry);
        }
        Signal();
        return await entry.Outcome.Task.ConfigureAwait(false);
    }

    /// <summary>Takes a worker's report, and gives it the next task; null: there was none for as long as <paramref name="patience"/>.</summary>
    public async Task<WorkOrder?> ExchangeAsync(WorkerCard card, WorkReport? report, TimeSpan patience)
    {
        long from = clock.GetTimestamp();
        if (Accept(card, report) is { } outcome) outcome();
        while (true)
        {
            Task news;
            TimeSpan soonest;
            lock (_lock)
            {
                if (!_isOpen) return null;
                if (Next(card) is { } order) return order;
                news = _news.Task;
                soonest = _pending.Count > 0 ? Loyalty / 4 : patience;
            }
            var left = patience - clock.GetElapsedTime(from);
            if (left <= TimeSpan.Zero)
            {
                GoAway(card);
                return null;
            }
            await Task.WhenAny(news, Task.Delay(left < soonest ? left : soonest, clock)).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the report of a worker that goes elsewhere for a while: nothing waits for it, but rounds are cut for it, too.</summary>
    public void Leave(WorkerCard card, WorkReport report)
    {
        if (Accept(card, report) is { } outcome) outcome();
        GoAway(card);
        // It keeps the rows of one job.
        lock (_lock)
            foreach (int first in _homes.Where(h => h.Value == card.Silo).Select(h => h.Key).ToArray()) _homes.Remove(first);
        Signal();
    }

    /// <summary>Forgets the workers of which <paramref name="isLost"/> says so by their silo; whoever waits for their tasks learns it.</summary>
    public void Forget(Func<string, bool> isLost)
    {
        var orphans = new List<(BoardTask Task, WorkerCard Card)>();
        lock (_lock)
        {
            foreach (var worker in _workers.Values.Where(w => isLost(w.Card.Silo)).ToArray())
            {
                _workers.Remove(worker.Card.Silo);
                if (worker.Current is { } task) orphans.Add((task, worker.Card));
            }
        }
        foreach (var (task, card) in orphans) task.Outcome.TrySetException(new WorkerLostException($"The silo {card.Name} ({card.Silo}) was lost while it ran a task."));
        if (orphans.Count > 0) Signal();
    }

    /// <summary>What the workers do at the moment.</summary>
    public IReadOnlyList<SiloProgress> Silos()
    {
        lock (_lock) return [.. _workers.Values.OrderBy(w => w.Card.Name, StringComparer.Ordinal).Select(w => new SiloProgress(w.Card.Name, w.Card.Threads, w.Tasks, w.Seconds, w.Current is not null, w.Card.Registers))];
    }

    // Outcomes are set outside the lock: whoever waits for them goes on at once.
    private Action? Accept(WorkerCard card, WorkReport? report)
    {
        lock (_lock)
        {
            if (!_workers.TryGetValue(card.Silo, out var worker)) _workers[card.Silo] = worker = new BoardWorker(card);
            var task = worker.Current;
            (worker.Current, worker.GoneSince) = (null, null);
            if (task is null) return null;
            if (report is null || report.Number != task.Number) return () => Return(task);
            worker.Tasks++;
            worker.Seconds += report.Seconds;
            Account.Add(task, report, clock.GetTimestamp());
            return () => Settle(task, report, card);
        }
    }

    private void Settle(BoardTask task, WorkReport report, WorkerCard card)
    {
        string? failure = report.Failure;
        try
        {
            if (report.Result is { } bytes)
            {
                task.Outcome.TrySetResult(ShardResult.FromBytes(bytes));
                return;
            }
        }
        catch (FormatException e)
        {
            failure = e.Message;
        }
        if (report.Shard is { } shard) task.Outcome.TrySetException(new ShardException(shard, failure!));
        else if (++task.Failures < Attempts) Return(task, card.Silo);
        else task.Outcome.TrySetException(new InvalidOperationException($"A task failed {Attempts} times; the last time on the silo {card.Name}, which said: {failure}"));
    }

    // The worker lost the order, or failed at it: then another one may do better, and is the home of these rows from then on.
    private void Return(BoardTask task, string? failed = null)
    {
        lock (_lock)
        {
            if (failed is not null)
            {
                task.Failed.Add(failed);
                _homes.Remove(task.Task.First);
            }
            if (!task.Outcome.Task.IsCompleted) _pending.AddFirst(task);
        }
        Signal();
    }

    private WorkOrder? Next(WorkerCard card)
    {
        var open = _pending.Where(t => !t.Failed.Contains(card.Silo) || !_workers.Values.Any(w => !IsAway(w) && !t.Failed.Contains(w.Card.Silo)));
        var chosen = open.FirstOrDefault(t => _homes.GetValueOrDefault(t.Task.First) == card.Silo) ?? open.FirstOrDefault(IsFree);
        if (chosen is null || !_workers.TryGetValue(card.Silo, out var worker)) return null;
        _pending.Remove(chosen);
        chosen.Number = Guid.NewGuid();
        chosen.Given = clock.GetTimestamp();
        worker.Current = chosen;
        _homes[chosen.Task.First] = card.Silo;
        return new WorkOrder(chosen.Number, chosen.Bytes);
    }

    private bool IsFree(BoardTask task) =>
        !_homes.TryGetValue(task.Task.First, out string? home) || !_workers.TryGetValue(home, out var worker) || IsAway(worker) || clock.GetElapsedTime(task.Posted) > Loyalty;

    private void GoAway(WorkerCard card)
    {
        lock (_lock)
        {
            if (_workers.TryGetValue(card.Silo, out var worker)) worker.GoneSince = clock.GetTimestamp();
        }
    }

    private bool IsAway(BoardWorker worker) => worker.GoneSince is { } since && clock.GetElapsedTime(since) > Loyalty;

    // In this order: who is about to put it on the board sees that nobody wants it, or it is taken off again.
    private void Withdraw(BoardTask task, CancellationToken cancellation)
    {
        task.Outcome.TrySetCanceled(cancellation);
        lock (_lock) _pending.Remove(task);
    }

    private void Signal()
    {
        TaskCompletionSource news;
        lock (_lock) (news, _news) = (_news, NewSignal());
        news.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class BoardWorker(WorkerCard card)
    {
        public WorkerCard Card => card;

        public BoardTask? Current { get; set; }

        /// <summary>When it went, perhaps to another job; null: it waits for a task here, or has one.</summary>
        public long? GoneSince { get; set; }

        public int Tasks { get; set; }

        public double Seconds { get; set; }
    }
}
