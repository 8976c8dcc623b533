using System.Diagnostics;

namespace Microsoft.ML.Vae.Core;

/// <summary>What a job is at.</summary>
public enum DistributedPhase
{
    /// <summary>Rows are read for the first time.</summary>
    Survey,

    /// <summary>Rounds of local steps and averages.</summary>
    Training,

    /// <summary>Rows are drawn to calibrate and to remember.</summary>
    Calibration,

    /// <summary>Shards are scored.</summary>
    Scoring,
}

/// <summary>A line of progress.</summary>
/// <param name="Phase">What the job is at.</param>
/// <param name="Done">Steps of each virtual shard done, or shards scored.</param>
/// <param name="Planned">How many there will be, at most.</param>
/// <param name="Totals">Of this run so far.</param>
/// <param name="Remaining">Seconds to the end at the pace of this phase so far; NaN: not known yet.</param>
/// <param name="Training">The last evaluation; null: none yet.</param>
public sealed record DistributedProgress(DistributedPhase Phase, long Done, long Planned, DistributedTotals Totals, double Remaining, TrainingProgress? Training = null);

/// <summary>What a run cost. Times are this run's: no bit of the result depends on them.</summary>
/// <param name="Rows">Rows worked on, as often as each was.</param>
/// <param name="RowsPerSecond">Of training rounds, or of scoring.</param>
/// <param name="Rounds">Rounds done.</param>
/// <param name="BytesPerRound">Bytes that a round sends and receives, all workers together.</param>
/// <param name="Waiting">Share of the workers' time in rounds that they waited: for messages, for each other, for the coordinator.</param>
/// <param name="Seconds">Since the run began.</param>
public sealed record DistributedTotals(long Rows, double RowsPerSecond, long Rounds, double BytesPerRound, double Waiting, double Seconds);

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

/// <summary>A trained detector, and how it came about.</summary>
/// <param name="Model">Saved, loaded and scored as any other.</param>
/// <param name="Training">How training went; check the outcome. Steps are those of each virtual shard.</param>
/// <param name="Roles">How many rows did what.</param>
/// <param name="Skipped">Shards that were left out.</param>
/// <param name="Totals">What this run cost.</param>
public sealed record DistributedResult(AnomalyModel Model, TrainingResult Training, RowRoles Roles, IReadOnlyList<SkippedShard> Skipped, DistributedTotals Totals);
