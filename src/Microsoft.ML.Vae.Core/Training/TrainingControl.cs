namespace Microsoft.ML.Vae.Core;

/// <summary>What the caller may watch and steer while training runs.</summary>
public sealed record TrainingControl
{
    /// <summary>Receives a line per evaluation.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Receives the checkpoints that <see cref="TrainingOptions.CheckpointInterval"/> asks for, and one on cancellation. Where it throws for want of room or of rights, training goes on and the result's message tells.</summary>
    public Action<TrainingCheckpoint>? OnCheckpoint { get; init; }

    /// <summary>Where to continue; the rest of the run is bit-equal to an uninterrupted one.</summary>
    public TrainingCheckpoint? ResumeFrom { get; init; }

    /// <summary>Worker threads; null: the engine's default. The result does not depend on it.</summary>
    public int? Threads { get; init; }

    /// <summary>Asks training to stop after the current step.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Asked before every step, for hosts that have a flag instead of a token.</summary>
    public Func<bool>? StopRequested { get; init; }

    /// <summary>Fingerprint of the training rows where the caller has read them already; null: the trainer reads them where it needs one.</summary>
    internal string? Fingerprint { get; init; }

    internal bool IsStopRequested => Cancellation.IsCancellationRequested || StopRequested?.Invoke() == true;

    /// <summary>Ends a pass over rows before the first step, where there is no state to keep yet.</summary>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    internal void ThrowIfStopRequested()
    {
        if (IsStopRequested) throw new OperationCanceledException("Cancelled while the rows were read, before the first step.", Cancellation);
    }
}
