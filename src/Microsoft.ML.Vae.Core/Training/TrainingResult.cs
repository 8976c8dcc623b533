namespace Microsoft.ML.Vae.Core;

/// <summary>Why training ended.</summary>
public enum TrainingOutcome
{
    /// <summary>All steps were done.</summary>
    Completed,

    /// <summary>The validation loss stopped improving.</summary>
    EarlyStopped,

    /// <summary>The caller cancelled; the best state so far is kept.</summary>
    Cancelled,

    /// <summary>The loss stopped being a number; the last good state is kept.</summary>
    Diverged,
}

/// <summary>One line of the training history. Losses are −ELBO: summed over features, averaged over rows.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps planned.</param>
/// <param name="Epoch">Passes over the training rows begun.</param>
/// <param name="TrainingLoss">Mean loss of the batches since the last line.</param>
/// <param name="Kl">Mean KL of those batches.</param>
/// <param name="ValidationLoss">Loss of the validation rows; null without any.</param>
/// <param name="LearningRate">Adam's step size.</param>
public sealed record TrainingProgress(long Step, long Steps, int Epoch, double TrainingLoss, double Kl, double? ValidationLoss, double LearningRate);

/// <summary>What training leaves behind, however it ended.</summary>
/// <param name="Outcome">Why it ended.</param>
/// <param name="Parameters">The weights with the lowest validation loss; without validation rows the last good ones.</param>
/// <param name="BestStep">The step they stem from.</param>
/// <param name="BestValidationLoss">Their validation loss; null without validation rows.</param>
/// <param name="History">One line per evaluation.</param>
/// <param name="Message">One sentence for people; where training diverged: epoch, batch and likely cause.</param>
public sealed record TrainingResult(
    TrainingOutcome Outcome, VaeParameters Parameters, long BestStep, double? BestValidationLoss, IReadOnlyList<TrainingProgress> History, string Message);

/// <summary>What the caller may watch and steer while training runs.</summary>
public sealed record TrainingControl
{
    /// <summary>Receives a line per evaluation.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Receives the checkpoints that <see cref="TrainingOptions.CheckpointInterval"/> asks for, and one on cancellation.</summary>
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

/// <summary>Everything a training needs to continue: architecture, options, engine state, best weights, place in the data.</summary>
/// <param name="Architecture">Must equal the resumed training's.</param>
/// <param name="Options">Must equal the resumed training's.</param>
/// <param name="Engine">Parameters and optimiser state.</param>
/// <param name="Place">Steps done, epoch and batch.</param>
/// <param name="Best">Best weights so far.</param>
/// <param name="Pending">Sums for the next line.</param>
/// <param name="History">Lines so far.</param>
public sealed record TrainingCheckpoint(
    VaeArchitecture Architecture, TrainingOptions Options, EngineState Engine, TrainingPlace Place, BestState Best, PendingAverages Pending, IReadOnlyList<TrainingProgress> History)
{
    /// <summary>Fingerprint of the training rows, all of them with their weights and scaling, which must equal the resumed training's; null: not checked.</summary>
    public string? TrainingRows { get; init; }
}

/// <summary>Sums over the batches since the last line of the history.</summary>
/// <param name="Loss">Sum of losses.</param>
/// <param name="Kl">Sum of KLs.</param>
/// <param name="Batches">Number of batches.</param>
public readonly record struct PendingAverages(double Loss, double Kl, int Batches);

/// <summary>A place in the sequence of batches.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Epoch">Current epoch, from 0.</param>
/// <param name="Batch">Batches of this epoch done.</param>
public readonly record struct TrainingPlace(long Step, int Epoch, int Batch);

/// <summary>The best weights so far.</summary>
/// <param name="Parameters">Parameter buffer.</param>
/// <param name="Loss">Validation loss; infinite before the first evaluation.</param>
/// <param name="Step">The step they stem from.</param>
/// <param name="Misses">Evaluations since then without improvement.</param>
public sealed record BestState(float[] Parameters, double Loss, long Step, int Misses);
