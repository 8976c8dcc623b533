using System.Diagnostics;

namespace Microsoft.ML.Vae.Core;

/// <summary>Threads that share the items of short phases: each begins with a range of its own, then takes what others have left.</summary>
/// <remarks>
/// A phase lasts 10–1000 µs, far less than waking a thread of the runtime's pool takes. Workers therefore spin briefly between phases
/// and park when none comes. Which thread runs an item is chance: items must write to places of their own.
/// </remarks>
internal sealed class WorkerPool : IDisposable
{
    // Longer than the pause between two steps, far shorter than a scheduler's time slice.
    private static readonly long SpinTicks = Stopwatch.Frequency / 10_000;

    // Each counter on cache lines of its own.
    private const int Stride = 16;

    private readonly Thread[] _workers;
    private readonly object _gate = new();

    // High half: the phase, low half: the next item. One compare-and-swap claims an item of this phase and no other.
    private readonly long[] _next;
    private readonly int[] _end;
    private Action<int, int> _body = static (_, _) => { };
    private Exception? _failure;
    private int _phase, _remaining, _parked;
    private volatile bool _stopping;

    public WorkerPool(int threads)
    {
        Threads = threads;
        (_next, _end) = (new long[threads * Stride], new int[threads * Stride]);
        _workers = new Thread[threads - 1];
        for (int i = 0; i < _workers.Length; i++)
        {
            int thread = i + 1;
            _workers[i] = new Thread(() => Work(thread)) { IsBackground = true, Name = "VAE worker" };
            _workers[i].Start();
        }
    }

    /// <summary>Threads that work, the caller's among them.</summary>
    public int Threads { get; }

    /// <summary>Runs body(item, thread) for each item, and returns when all are done; an item's exception is thrown here.</summary>
    /// <param name="bounds">[Threads + 1]: thread t begins with items bounds[t] … bounds[t+1]−1.</param>
    /// <param name="body">What to do.</param>
    public void Run(ReadOnlySpan<int> bounds, Action<int, int> body)
    {
        Publish(bounds, body);
        TakeItems(0, _phase);
        var wait = default(SpinWait);
        while (Volatile.Read(ref _remaining) > 0) wait.SpinOnce(sleep1Threshold: -1);
        if (_failure is { } failure)
        {
            _failure = null;
            throw new AggregateException(failure);
        }
    }

    /// <summary>Ends the workers.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }
        foreach (var worker in _workers) worker.Join();
    }

    private void Publish(ReadOnlySpan<int> bounds, Action<int, int> body)
    {
        int phase = _phase + 1;
        // A straggler may still look for items of the last phase: no claim of its may succeed once the ends change.
        for (int t = 0; t < Threads; t++) Interlocked.Exchange(ref _next[t * Stride], -1);
        (_body, _remaining) = (body, bounds[Threads] - bounds[0]);
        for (int t = 0; t < Threads; t++)
        {
            _end[t * Stride] = bounds[t + 1];
            Volatile.Write(ref _next[t * Stride], ((long)phase << 32) | (uint)bounds[t]);
        }
        Interlocked.Exchange(ref _phase, phase); // a full fence: a worker that parks now sees the phase, or we see it parked
        if (Volatile.Read(ref _parked) == 0) return;
        lock (_gate) Monitor.PulseAll(_gate);
    }

    private void TakeItems(int thread, int phase)
    {
        for (int offset = 0; offset < Threads; offset++)
        {
            int owner = (thread + offset) % Threads * Stride;
            while (true)
            {
                long claim = Volatile.Read(ref _next[owner]);
                if ((int)(claim >> 32) != phase || (int)claim >= _end[owner]) break;
                if (Interlocked.CompareExchange(ref _next[owner], claim + 1, claim) == claim) RunItem((int)claim, thread);
            }
        }
    }

    private void RunItem(int item, int thread)
    {
        try
        {
            _body(item, thread);
        }
#pragma warning disable CA1031 // it is thrown again on the caller's thread
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failure = e;
        }
        finally
        {
            Interlocked.Decrement(ref _remaining);
        }
    }

    private void Work(int thread)
    {
        int seen = 0;
        while (!_stopping)
        {
            if (!SpinUntilPhase(seen)) ParkUntilPhase(seen);
            seen = Volatile.Read(ref _phase);
            TakeItems(thread, seen);
        }
    }

    private bool SpinUntilPhase(int seen)
    {
        long start = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref _phase) == seen)
        {
            if (_stopping || Stopwatch.GetTimestamp() - start > SpinTicks) return false;
            Thread.SpinWait(4);
        }
        return true;
    }

    private void ParkUntilPhase(int seen)
    {
        lock (_gate)
        {
            Interlocked.Increment(ref _parked);
            while (Volatile.Read(ref _phase) == seen && !_stopping) Monitor.Wait(_gate);
            Interlocked.Decrement(ref _parked);
        }
    }
}
