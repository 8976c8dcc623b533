using Microsoft.ML.Runtime;

namespace Microsoft.ML.Vae;

/// <summary>Checks of options where a component is made, so that nothing fails after hours of training that could have failed before.</summary>
internal static class OptionChecks
{
    /// <exception cref="ArgumentException">A name is missing, or a value is out of its range.</exception>
    public static void Check(VaeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(options.FeatureColumnName);
        ArgumentNullException.ThrowIfNull(options.HiddenWidths);
        ArgumentNullException.ThrowIfNull(options.Likelihood);
        ArgumentNullException.ThrowIfNull(options.Prior);
        ArgumentNullException.ThrowIfNull(options.Training);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MemoryBudget);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.ScoringBatchSize);
        if (options.Threads is { } threads) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads, nameof(options.Threads));
        if (options.LatentDimension is { } latents) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(latents, nameof(options.LatentDimension));
        CheckDefined(options.Scaling, nameof(options.Scaling));
        foreach (int width in options.HiddenWidths) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width, nameof(options.HiddenWidths));
        if (!(options.HeldOutFraction >= 0 && options.HeldOutFraction < 1))
            throw new ArgumentOutOfRangeException(nameof(options.HeldOutFraction), options.HeldOutFraction, "Expected a share in [0, 1).");
        options.Training.Validated();
        options.Architecture?.Validated();
    }

    /// <exception cref="ArgumentException">The model or a prefix is missing, a reference is no finite point of the model's latent space, or a value is out of its range.</exception>
    public static void Check(LatentGeometryEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(options.Model);
        ArgumentNullException.ThrowIfNull(options.InputPrefix);
        ArgumentNullException.ThrowIfNull(options.OutputPrefix);
        ArgumentException.ThrowIfNullOrEmpty(options.FeatureColumnName);
        ArgumentNullException.ThrowIfNull(options.Geodesics);
        options.Noise?.Validate();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.ReferenceCount);
        if (!(options.MetricFloor >= 0 && double.IsFinite(options.MetricFloor)))
            throw new ArgumentOutOfRangeException("MetricFloor", options.MetricFloor, "Expected a finite number, at least 0.");
        if (options.References is { } references) CheckReferences(references, options.Model.LatentDimension);
        // Made for its own checks of tolerances and limits.
        _ = LatentGeometryTransformer.CreateSolver(options.Model, options.MetricFloor, options.Geodesics, noise: null);
    }

    /// <exception cref="ArgumentOutOfRangeException">There is no such value.</exception>
    public static void CheckDefined<T>(T value, string name) where T : struct, Enum
    {
        if (!Enum.IsDefined(value)) throw new ArgumentOutOfRangeException(name, value, $"Expected one of {string.Join(", ", Enum.GetNames<T>())}.");
    }

    /// <exception cref="ArgumentOutOfRangeException">Not in (0, 1).</exception>
    public static void CheckRates(IExceptionContext context, double falseAlarmRate, double? contamination, double? confidence)
    {
        CheckShare(context, falseAlarmRate, "FalseAlarmRate");
        if (contamination is { } share) CheckShare(context, share, "Contamination");
        if (confidence is { } level) CheckShare(context, level, "Confidence");
    }

    private static void CheckReferences(IReadOnlyList<float[]> references, int n)
    {
        if (references.Count == 0) throw new ArgumentException("Expected at least one reference point; null: chosen by k-means.", "References");
        for (int i = 0; i < references.Count; i++)
            if (references[i]?.Length != n || !Array.TrueForAll(references[i], float.IsFinite))
                throw new ArgumentException($"Reference {i}: expected {n} finite latent coordinates, got {(references[i] is { } r ? $"[{string.Join(", ", r)}]" : "null")}.", "References");
    }

    private static void CheckShare(IExceptionContext context, double value, string name)
    {
        if (!(value > 0 && value < 1)) throw context.Process(new ArgumentOutOfRangeException(name, value, "Expected a share between 0 and 1, exclusive."));
    }
}
