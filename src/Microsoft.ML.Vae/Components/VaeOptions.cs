using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>What every training of a VAE takes: columns, model, training, and how it is run. Immutable. Options of training itself, and its seed, are one level below, in <see cref="Training"/>.</summary>
public abstract record VaeOptions
{
    private protected VaeOptions() { }

    /// <summary>Input: known-size vector of Single.</summary>
    public string FeatureColumnName { get; init; } = ColumnNames.Features;

    /// <summary>Input: weight of each row in the training average, Single; rows without a positive one take no part, not even in calibration. Null: all equal.</summary>
    public string? ExampleWeightColumnName { get; init; }

    /// <inheritdoc cref="VaeFitOptions.LatentDimension"/>
    public int? LatentDimension { get => Fit.LatentDimension; init => Fit = Fit with { LatentDimension = value }; }

    /// <inheritdoc cref="VaeFitOptions.HiddenWidths"/>
    public IReadOnlyList<int> HiddenWidths { get => Fit.HiddenWidths; init => Fit = Fit with { HiddenWidths = value }; }

    /// <inheritdoc cref="VaeFitOptions.HiddenActivation"/>
    public Activation HiddenActivation { get => Fit.HiddenActivation; init => Fit = Fit with { HiddenActivation = value }; }

    /// <inheritdoc cref="VaeFitOptions.Likelihood"/>
    /// <remarks>One of your own can be saved once it is registered in <see cref="ModelParts"/>, and loaded where it is registered too; so can a prior or a layer.</remarks>
    public Likelihood Likelihood { get => Fit.Likelihood; init => Fit = Fit with { Likelihood = value }; }

    /// <inheritdoc cref="VaeFitOptions.Columns"/>
    /// <remarks>Null: as the features' annotations tell. What OneHotEncoding made is a category, its slots one column; other slots are <see cref="Numbers"/>.</remarks>
    public IReadOnlyList<FeatureColumn>? Columns { get => Fit.Columns; init => Fit = Fit with { Columns = value }; }

    /// <summary>What a slot is that no annotation marks as part of a category. By its training rows: 0 and 1 alone are a flag, small whole numbers are counts, all else
    /// is continuous. On Arrhythmia, whose flags and counts were Gaussian before, AUROC rises by .03.</summary>
    public ColumnKind Numbers { get; init; } = ColumnKind.FromData;

    /// <summary>False: contributions are summed over the slots of a category, and bear the source columns' names. True: slot by slot.</summary>
    public bool ContributionsBySlot { get; init; }

    /// <inheritdoc cref="VaeFitOptions.Prior"/>
    public Prior Prior { get => Fit.Prior; init => Fit = Fit with { Prior = value }; }

    /// <summary>Networks and parts of your own in place of the five options above, e.g. <see cref="VaeArchitecture.Convolutional"/>; null: those.</summary>
    public VaeArchitecture? Architecture { get => Fit.Network; init => Fit = Fit with { Network = value }; }

    /// <inheritdoc cref="VaeFitOptions.StartFrom"/>
    /// <remarks>The Model of an earlier <see cref="VaeTransformer"/>, or Model.Vae of a <see cref="VaeAnomalyTransformer"/>, trained now or loaded. The pipeline before it must be the same.</remarks>
    public VaeModel? StartFrom { get => Fit.StartFrom; init => Fit = Fit with { StartFrom = value }; }

    /// <inheritdoc cref="VaeFitOptions.Scaling"/>
    public ScalingKind Scaling { get => Fit.Scaling; init => Fit = Fit with { Scaling = value }; }

    /// <inheritdoc cref="VaeFitOptions.AcceptMissing"/>
    /// <remarks>Refused in training means that such rows are skipped, with a warning; in scoring, that they have no score.</remarks>
    public bool AcceptMissing { get => Fit.AcceptMissing; init => Fit = Fit with { AcceptMissing = value }; }

    /// <inheritdoc cref="VaeFitOptions.IncludeMissingness"/>
    public bool IncludeMissingness { get => Fit.IncludeMissingness; init => Fit = Fit with { IncludeMissingness = value }; }

    /// <inheritdoc cref="VaeFitOptions.HeldOutFraction"/>
    public double HeldOutFraction { get => Fit.HeldOutFraction; init => Fit = Fit with { HeldOutFraction = value }; }

    /// <summary>Steps, rates, β, bound and draws per row, seed. Without a <see cref="TrainingOptions.Seed"/> each fit draws the next one from the MLContext's:
    /// the first fits in two contexts of the same seed are equal to the bit, two fits in one context are not.</summary>
    public TrainingOptions Training { get => Fit.Training; init => Fit = Fit with { Training = value }; }

    /// <summary>How losses of single rows are estimated, always deterministically.</summary>
    public LossEstimator Estimator { get; init; } = LossEstimator.Default;

    /// <summary>The engine that trains; null: the managed default.</summary>
    public ITrainingEngineFactory? Engine { get; init; }

    /// <summary>Threads that train; null: the engine's default, for the managed one as many as there are processors, at most 8. The result does not depend on it.</summary>
    public int? Threads { get; init; }

    /// <summary>Receives a line per evaluation.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Stops reading, training (after the current step) and calibration: AutoML's trials bring such a token, and ML.NET keeps the context's own cancellation to itself.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Where checkpoints are written (see <see cref="TrainingOptions.CheckpointInterval"/>); an existing one is resumed. Deleted when training completes, lest another training resume it.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Rows and their weights are kept in memory up to this many bytes, and streamed beyond; reading them never holds more. 1 GiB: 2.7 million rows of 100 features.</summary>
    public long MemoryBudget { get; init; } = 1L << 30;

    /// <summary>Rows scored at once by a cursor: enough to feed the kernels, little to read ahead.</summary>
    public int ScoringBatchSize { get; init; } = 256;

    internal VaeFitOptions Fit { get; private protected init; } = new();
}
