namespace Microsoft.ML.Vae.Core;

/// <summary>A fitted model, with the rows that took no part in it.</summary>
/// <param name="Model">Ready to score raw rows.</param>
/// <param name="Training">How training went; check the outcome.</param>
/// <param name="Calibration">Raw rows that neither trained nor chose the best state: their scores are exchangeable with those of new rows.</param>
/// <param name="Roles">How many rows did what.</param>
public sealed record VaeFit(VaeModel Model, TrainingResult Training, IRowSource Calibration, RowRoles Roles)
{
    /// <summary>Rows that a detector remembers, of those that trained or chose the state; null: none were asked for.</summary>
    public ReferenceBank? Bank { get; init; }

    // Min-max scaling in single precision may end a hair above one.
    private const double ScalingRounding = 1e-6;

    // Which latents are active is plain from far fewer.
    private const int MaximumPosteriorRows = 10_000;

    /// <summary>Splits, scales, trains. One pass over the rows learns the scaling and their number and draws the rows that choose the best state; the others are epochs.</summary>
    /// <param name="rows">Raw rows without NaN or infinity.</param>
    /// <param name="options">Network, likelihood, scaling, training.</param>
    /// <param name="featureNames">Names for explanations; null: f0, f1, …</param>
    /// <param name="engines">The engine; null: the managed one.</param>
    /// <param name="control">Progress, checkpoints, cancellation.</param>
    /// <exception cref="InvalidOperationException">There are no rows, or values that the likelihood cannot model.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the first step.</exception>
    /// <exception cref="IOException">The rows could not be read, or were changed between two passes.</exception>
    public static VaeFit Run(
        IRowSource rows, VaeFitOptions options, IReadOnlyList<string>? featureNames = null, ITrainingEngineFactory? engines = null, TrainingControl? control = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        var architecture = options.Architecture(rows.FeatureCount);
        control ??= new TrainingControl();
        FeatureSupport[] supports = [.. Enumerable.Range(0, rows.FeatureCount).Select(architecture.Likelihood.SupportOf)];
        bool[] isUnit = [.. supports.Select(s => s == FeatureSupport.UnitInterval)], isScaled = [.. supports.Select(s => s is FeatureSupport.Real or FeatureSupport.UnitInterval)];
        var split = SurveyedSplit.Of(
            rows, options.HeldOutFraction, RandomStream.FromSeed(options.Training.Seed ?? 0).Split(6), options.Training.MaximumValidationRows,
            (int)Math.Min(int.MaxValue, (long)options.ReferenceRows * ReferenceSelection.CandidatesPerRow), control.ThrowIfStopRequested);
        var scaling = FeatureScaling.Fit(options.Scaling, split.Statistics, isScaled);
        CheckValues(scaling, split.Statistics, supports, architecture.Likelihood.Name, featureNames);
        var references = split.Candidates.RowCount == 0 ? null
            : new ReferenceFit(split.Candidates, split.Statistics, scaling, isUnit, options.ReferenceRows, RandomStream.FromSeed(options.Training.Seed ?? 0).Split(7));
        var result = new Trainer(architecture, options.Training, engines).Train(
            scaling.Scale(split.Training, isUnit), split.Roles.Chose > 0 ? scaling.Scale(split.Choosing, isUnit) : null, control with { Fingerprint = split.Fingerprint.Scaled(scaling, isUnit) });
        var model = new VaeModel(architecture, result.Parameters, options.Training.KlWeight, scaling, featureNames, options.Training.Bound);
        var posterior = PosteriorTable.Of(model, split.Roles.Chose > 0 ? split.Choosing : split.Training, MaximumPosteriorRows);
        return new VaeFit(model.WithActiveLatents(LatentImportance.Of(model, posterior.LogVariance).Active), result, split.Calibration, split.Roles) { Bank = references?.Learn(model, posterior) };
    }

    private static void CheckValues(FeatureScaling scaling, ColumnStatistics statistics, FeatureSupport[] supports, string likelihood, IReadOnlyList<string>? names)
    {
        float[] minimum = [.. statistics.Minimum.Select(v => (float)v)], maximum = [.. statistics.Maximum.Select(v => (float)v)];
        scaling.Apply(minimum);
        scaling.Apply(maximum);
        for (int i = 0; i < supports.Length; i++)
            if (Problem(supports[i], minimum[i], maximum[i], statistics.IsWhole[i]) is { } problem)
                throw new InvalidOperationException($"The {likelihood} likelihood cannot model feature '{names?[i] ?? $"f{i}"}': {problem}");
    }

    private static string? Problem(FeatureSupport support, float low, float high, bool isWhole) => support switch
    {
        FeatureSupport.Real => null,
        FeatureSupport.UnitInterval or FeatureSupport.Category => low >= -ScalingRounding && high <= 1 + ScalingRounding ? null
            : $"it must lie in [0, 1] after scaling, but spans [{low:G4}, {high:G4}]. Use ScalingKind.MinMax, or a Gaussian likelihood.",
        FeatureSupport.Count => low >= 0 && isWhole ? null
            : $"it must hold counts 0, 1, 2, …, but spans [{low:G4}, {high:G4}]{(isWhole ? "" : " with fractions")}. Use a Gaussian likelihood.",
    };
}
