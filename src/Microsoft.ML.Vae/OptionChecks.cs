using Microsoft.ML.Runtime;

namespace Microsoft.ML.Vae;

/// <summary>Checks of options where a component is made, so that nothing fails after hours of training that could have failed before.</summary>
internal static class OptionChecks
{
    /// <exception cref="ArgumentException">A name is missing, or a value is out of its range.</exception>
    public static void Check(VaeTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(options.FeatureColumnName);
        ArgumentNullException.ThrowIfNull(options.OutputPrefix);
        ArgumentNullException.ThrowIfNull(options.Fit);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MemoryBudget);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.ScoringBatchSize);
        if (options.Fit.LatentDimension is { } latents) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(latents, "LatentDimension");
        foreach (int width in options.Fit.HiddenWidths) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width, "HiddenWidths");
        if (!(options.Fit.HeldOutFraction >= 0 && options.Fit.HeldOutFraction < 1))
            throw new ArgumentOutOfRangeException("HeldOutFraction", options.Fit.HeldOutFraction, "Expected a share in [0, 1).");
        options.Fit.Training.Validated();
    }

    /// <exception cref="ArgumentOutOfRangeException">Not in (0, 1).</exception>
    public static void CheckRates(IExceptionContext context, double falseAlarmRate, double? contamination)
    {
        CheckShare(context, falseAlarmRate, "FalseAlarmRate");
        if (contamination is { } share) CheckShare(context, share, "Contamination");
    }

    private static void CheckShare(IExceptionContext context, double value, string name)
    {
        if (!(value > 0 && value < 1)) throw context.Process(new ArgumentOutOfRangeException(name, value, "Expected a share between 0 and 1, exclusive."));
    }
}
