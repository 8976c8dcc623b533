using System.Runtime.ExceptionServices;

namespace Microsoft.ML.Vae.Core;

/// <summary>Trainings that take turns on a number of threads: each begins with its share of those that are free.</summary>
internal sealed class TrainingTurns
{
    private readonly object _gate = new();
    private readonly TrainingResult[] _results;
    private readonly Func<int, int, TrainingResult> _train;
    private int _next, _free;
    private ExceptionDispatchInfo? _failure;

    private TrainingTurns(int members, int threads, Func<int, int, TrainingResult> train) => (_results, _free, _train) = (new TrainingResult[members], threads, train);

    /// <summary>Runs all; the first exception is thrown when every training has ended that had begun.</summary>
    /// <param name="members">How many will train.</param>
    /// <param name="threads">Threads in all.</param>
    /// <param name="train">Trains the member of an index on so many threads.</param>
    public static TrainingResult[] Run(int members, int threads, Func<int, int, TrainingResult> train)
    {
        var turns = new TrainingTurns(members, threads, train);
        // Threads of their own: a training lasts too long for the runtime's pool.
        Thread[] workers = [.. Enumerable.Range(1, Math.Max(0, Math.Min(threads, members) - 1)).Select(_ => new Thread(turns.Work) { IsBackground = true, Name = "VAE training" })];
        foreach (var worker in workers) worker.Start();
        turns.Work();
        foreach (var worker in workers) worker.Join();
        turns._failure?.Throw();
        return turns._results;
    }

    private void Work()
    {
        while (TryBegin(out int member, out int threads))
        {
            try
            {
                _results[member] = _train(member, threads);
            }
#pragma warning disable CA1031 // it is thrown again on the caller's thread
            catch (Exception e)
#pragma warning restore CA1031
            {
                lock (_gate) _failure ??= ExceptionDispatchInfo.Capture(e);
            }
            lock (_gate) _free += threads;
        }
    }

    private bool TryBegin(out int member, out int threads)
    {
        lock (_gate)
        {
            (member, threads) = (_next, 0);
            if (_failure is not null || _next == _results.Length) return false;
            threads = Math.Max(1, _free / (_results.Length - _next));
            (_next, _free) = (_next + 1, _free - threads);
            return true;
        }
    }
}
