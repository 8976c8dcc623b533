namespace Microsoft.ML.Vae.Core;

/// <summary>How a VAE is trained. Immutable; every default is written here once, with its reason.</summary>
/// <remarks>The defaults are the measured detection recipe: good on tables of a few hundred to a few hundred thousand rows, without choosing β.</remarks>
public sealed record TrainingOptions
{
    /// <summary>Passes over the rows that the automatic budget grants, and evaluations of a training that has more steps than they need.</summary>
    private const int AutomaticEpochs = 10, AutomaticEvaluations = 50;

    /// <summary>Optimiser steps, at most where <see cref="Schedule"/> may end earlier; 0: 5,000 (2,500 of a cosine), or ten passes over the rows where that is more. Large data need
    /// their passes, or rare but normal kinds of rows stay unlearned (KDD Cup, 158,000 rows: AUROC .973 at 2 passes, .994 at 10).</summary>
    public int Steps { get; init; }

    /// <summary>Rows per step. An epoch is cut into batches of nearly equal size, at most this.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Adam's peak step size.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Steps over which the rate rises linearly from 0: Adam's first steps are noise.</summary>
    public int WarmupSteps { get; init; } = 50;

    /// <summary>How the rate runs. On 22 public sets a plateau ended trainings after 1,100 to 5,000 steps, half of them between 2,500 and 4,250.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Plateau;

    /// <summary>Evaluations without improvement that make a plateau: two or three may be the noise of single steps.</summary>
    public int PlateauPatience { get; init; } = 5;

    /// <summary>The rate falls by a cosine to this share of its peak at the last step.</summary>
    public double FinalRateFraction { get; init; } = 0.01;

    /// <summary>β. With a learned variance 1 is right: the variance takes its part.</summary>
    public double KlWeight { get; init; } = 1;

    /// <summary>Steps over which β rises linearly from 0; 0: no warm-up.</summary>
    public int KlWarmupSteps { get; init; }

    /// <summary>How the layers' weights are drawn.</summary>
    public InitialWeights InitialWeights { get; init; } = InitialWeights.LeCunNormal;

    /// <summary>Steps between evaluations of the validation rows, at least: an automatic budget on a plateau schedule is evaluated fifty times at most.</summary>
    public int ValidationInterval { get; init; } = 100;

    /// <summary>At most this many validation rows are used, drawn at random: the mean of 10,000 is precise enough to choose a state.</summary>
    public int MaximumValidationRows { get; init; } = 10_000;

    /// <summary>Share of the validation rows, those with the lowest losses, whose mean is the validation loss: a few rows that explode must not choose the state
    /// (one draw of KDD Cup: AP .79 by the mean of all, .96 by the lowest 90 %).</summary>
    public double ValidationShare { get; init; } = 0.9;

    /// <summary>Fixed draws of each validation row, times those of the <see cref="Bound"/>: a few hundred rows with one draw each leave the choice to chance.</summary>
    public int ValidationDraws { get; init; } = 3;

    /// <summary>Training stops after this many evaluations without improvement; null: it uses its whole budget (the best state is kept either way).</summary>
    public int? Patience { get; init; }

    /// <summary>Gradients are scaled down to this Euclidean norm; infinity: never. 10: a batch with a far outlier no longer throws the weights about
    /// (KDD Cup: AUROC .986 without, .994 with), and ordinary batches stay below.</summary>
    public double MaximumGradientNorm { get; init; } = 10;

    /// <summary>What is maximised, and with how many draws a row.</summary>
    public Bound Bound { get; init; } = Bound.Evidence;

    /// <summary>Steps between checkpoints; 0: none.</summary>
    public int CheckpointInterval { get; init; }

    /// <summary>Fixes weights, order and noise: same seed, same bits. Null: 0; ML.NET's trainers draw it from the MLContext's.</summary>
    public int? Seed { get; init; }

    /// <summary>The same options with the number of steps settled.</summary>
    /// <param name="rows">Number of training rows.</param>
    public TrainingOptions ForRows(long rows)
    {
        if (Steps > 0) return this;
        long passes = AutomaticEpochs * ((rows + BatchSize - 1) / BatchSize);
        return Schedule switch
        {
            LearningRateSchedule.Plateau => Settled(5000, AutomaticEvaluations),
            LearningRateSchedule.Cosine => Settled(2500, int.MaxValue),
        };

        TrainingOptions Settled(int least, int evaluations)
        {
            int steps = (int)Math.Clamp(passes, least, int.MaxValue);
            return this with { Steps = steps, ValidationInterval = Math.Max(ValidationInterval, steps / evaluations) };
        }
    }

    /// <summary>β of a step, counted from 0.</summary>
    public double KlWeightAt(long step) => step < KlWarmupSteps ? KlWeight * (step + 1) / KlWarmupSteps : KlWeight;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public TrainingOptions Validated()
    {
        ArgumentNullException.ThrowIfNull(Bound);
        ArgumentOutOfRangeException.ThrowIfNegative(Steps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(BatchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(LearningRate);
        ArgumentOutOfRangeException.ThrowIfNegative(WarmupSteps);
        ArgumentOutOfRangeException.ThrowIfNegative(FinalRateFraction);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(KlWeight);
        ArgumentOutOfRangeException.ThrowIfNegative(KlWarmupSteps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ValidationInterval);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaximumValidationRows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ValidationDraws);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(PlateauPatience);
        if (!(ValidationShare > 0 && ValidationShare <= 1)) throw new ArgumentOutOfRangeException(nameof(ValidationShare), ValidationShare, "Expected a share above 0, at most 1.");
        if (!Enum.IsDefined(Schedule)) throw new ArgumentOutOfRangeException(nameof(Schedule), Schedule, "Expected one of the named schedules.");
        if (!Enum.IsDefined(InitialWeights)) throw new ArgumentOutOfRangeException(nameof(InitialWeights), InitialWeights, "Expected one of the named kinds.");
        ArgumentOutOfRangeException.ThrowIfNegative(CheckpointInterval);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaximumGradientNorm);
        if (!double.IsFinite(LearningRate) || !double.IsFinite(FinalRateFraction) || !double.IsFinite(KlWeight) || double.IsNaN(MaximumGradientNorm))
            throw new ArgumentOutOfRangeException(nameof(LearningRate), $"Expected numbers, got {nameof(LearningRate)} {LearningRate}, {nameof(FinalRateFraction)} {FinalRateFraction}, "
                + $"{nameof(KlWeight)} {KlWeight}, {nameof(MaximumGradientNorm)} {MaximumGradientNorm}.");
        if (Patience is { } p) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(p, nameof(Patience));
        return this;
    }
}
