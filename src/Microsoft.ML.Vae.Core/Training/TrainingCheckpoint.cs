namespace Microsoft.ML.Vae.Core;

/// <summary>Everything a training needs to continue; a file of it is <see cref="CheckpointFile"/>'s.</summary>
public sealed record TrainingCheckpoint
{
    internal TrainingCheckpoint(VaeArchitecture architecture, TrainingOptions options, EngineState engine, TrainingPlace place, BestState best, PendingAverages pending, IReadOnlyList<TrainingProgress> history)
    {
        (Architecture, Options, Engine, Place) = (architecture, options, engine, place);
        (Best, Pending, History) = (best, pending, history);
    }

    /// <summary>Must equal the resumed training's.</summary>
    public VaeArchitecture Architecture { get; }

    /// <summary>Must equal the resumed training's.</summary>
    public TrainingOptions Options { get; }

    /// <summary>Lines of the history so far.</summary>
    public IReadOnlyList<TrainingProgress> History { get; }

    /// <summary>Fingerprint of the training rows, all of them with their weights and scaling, which must equal the resumed training's; null: not checked.</summary>
    public string? TrainingRows { get; init; }

    /// <summary>Steps done.</summary>
    public long Step => Place.Step;

    /// <summary>Parameters and optimiser state.</summary>
    internal EngineState Engine { get; init; }

    /// <summary>Steps done, epoch and batch.</summary>
    internal TrainingPlace Place { get; init; }

    /// <summary>Best weights so far.</summary>
    internal BestState Best { get; init; }

    /// <summary>Where the rate falls; null: not yet, or nowhere.</summary>
    internal Decay? Decay { get; init; }

    /// <summary>Sums for the next line.</summary>
    internal PendingAverages Pending { get; init; }
}

/// <summary>Sums over the batches since the last line of the history.</summary>
/// <param name="Loss">Sum of losses.</param>
/// <param name="Kl">Sum of KLs.</param>
/// <param name="Batches">Number of batches.</param>
internal readonly record struct PendingAverages(double Loss, double Kl, int Batches);

/// <summary>A place in the sequence of batches.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Epoch">Current epoch, from 0.</param>
/// <param name="Batch">Batches of this epoch done.</param>
internal readonly record struct TrainingPlace(long Step, int Epoch, int Batch);

/// <summary>The best weights so far.</summary>
/// <param name="Parameters">Parameter buffer.</param>
/// <param name="Loss">Validation loss; infinite before the first evaluation.</param>
/// <param name="Step">The step they stem from.</param>
/// <param name="Misses">Evaluations since then without improvement.</param>
/// <param name="Engine">The engine's whole state then, where a decay may yet begin from it.</param>
internal sealed record BestState(float[] Parameters, double Loss, long Step, int Misses, EngineState? Engine = null);
