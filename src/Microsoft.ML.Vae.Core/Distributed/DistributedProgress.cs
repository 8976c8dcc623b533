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
