using System.Diagnostics;

namespace Microsoft.ML.Vae.Core;

/// <summary>Tells how far a job is.</summary>
internal sealed class ProgressReport(IProgress<DistributedProgress>? progress, TaskRunner runner)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private DistributedPhase _phase;
    private long _phaseStart, _phaseBytes, _phaseRows, _rounds, _firstDone = -1;
    private double _phaseBusy;
    private DistributedTotals? _training;

    public void Begin(DistributedPhase phase)
    {
        if (_phase == DistributedPhase.Training && phase != _phase) _training = Totals();
        (_phase, _phaseStart, _phaseBytes, _phaseRows, _phaseBusy) = (phase, Stopwatch.GetTimestamp(), runner.Bytes, runner.Rows, runner.BusySeconds);
        progress?.Report(new DistributedProgress(phase, 0, 0, Totals(), double.NaN));
    }

    public void Round(long done, long planned, int steps, TrainingProgress? last)
    {
        _rounds++;
        if (_firstDone < 0) _firstDone = done - steps;
        double pace = Stopwatch.GetElapsedTime(_phaseStart).TotalSeconds / Math.Max(1, done - _firstDone);
        progress?.Report(new DistributedProgress(_phase, done, planned, Totals(), pace * Math.Max(0, planned - done), last));
    }

    /// <summary>Of training or scoring, whatever came after.</summary>
    public DistributedTotals Totals()
    {
        if (_training is { } done) return done with { Seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds };
        double seconds = Math.Max(1e-9, Stopwatch.GetElapsedTime(_phaseStart).TotalSeconds);
        long rows = runner.Rows - _phaseRows;
        double busy = runner.BusySeconds - _phaseBusy;
        return new DistributedTotals(rows, rows / seconds, _rounds, (runner.Bytes - _phaseBytes) / Math.Max(1.0, _rounds), Math.Clamp(1 - (busy / (seconds * Math.Max(1, runner.Workers))), 0, 1), Stopwatch.GetElapsedTime(_start).TotalSeconds);
    }
}
