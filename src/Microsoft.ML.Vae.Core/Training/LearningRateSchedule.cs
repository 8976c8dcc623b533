namespace Microsoft.ML.Vae.Core;

/// <summary>How the learning rate runs after its warm-up.</summary>
public enum LearningRateSchedule
{
    /// <summary>Constant until the validation loss has not improved for <see cref="TrainingOptions.PlateauPatience"/> evaluations; then, from the best state, a cosine decay over a quarter of the
    /// steps that led to it. Easy data end early, hard ones use their budget.</summary>
    Plateau,

    /// <summary>A cosine over all steps.</summary>
    Cosine,
}

/// <summary>The steps over which the rate of a plateau schedule falls.</summary>
/// <param name="From">First step.</param>
/// <param name="To">Where training ends.</param>
internal readonly record struct Decay(long From, long To);

/// <summary>Rates and the end of training, by options and what was learnt so far.</summary>
internal static class RateSchedule
{
    // The decay takes a quarter of the steps before it, but no fewer than it takes to settle.
    private const double DecayShare = 0.25;
    private const long LeastDecay = 500;

    /// <summary>Steps after which training ends, or its decay begins.</summary>
    public static long End(TrainingOptions options, Decay? decay) => options.Schedule switch
    {
        LearningRateSchedule.Plateau => decay?.To ?? Math.Max(1, (long)(options.Steps / (1 + DecayShare))),
        LearningRateSchedule.Cosine => options.Steps,
    };

    /// <summary>The rate of a step, counted from 0.</summary>
    public static double Rate(TrainingOptions options, Decay? decay, long step)
    {
        if (step < options.WarmupSteps && decay is null) return options.LearningRate * (step + 1) / options.WarmupSteps;
        return options.LearningRate * (options.Schedule switch
        {
            LearningRateSchedule.Plateau => decay is { } d ? Cosine(options, (double)(step - d.From) / (d.To - d.From)) : 1,
            LearningRateSchedule.Cosine => Cosine(options, (double)(step - options.WarmupSteps) / Math.Max(1, options.Steps - options.WarmupSteps)),
        });
    }

    /// <summary>The decay that begins after so many steps, the best state being of another step.</summary>
    public static Decay Begin(TrainingOptions options, long step, long bestStep) => new(step, Math.Min(options.Steps, step + Math.Max(LeastDecay, (long)(DecayShare * bestStep))));

    private static double Cosine(TrainingOptions options, double progress) =>
        options.FinalRateFraction + ((1 - options.FinalRateFraction) * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, progress))));
}
