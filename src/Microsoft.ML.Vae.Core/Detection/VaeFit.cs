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

    /// <summary>Splits, scales, trains. One pass over the rows learns the scaling and their number and draws the rows that choose the best state; the others are epochs.</summary>
    /// <param name="rows">Raw rows without infinity; NaN is a missing value.</param>
    /// <param name="options">Network, likelihood, scaling, training.</param>
    /// <param name="featureNames">Names for explanations; null: f0, f1, …</param>
    /// <param name="engines">The engine; null: the managed one.</param>
    /// <param name="control">Progress, checkpoints, cancellation.</param>
    /// <exception cref="InvalidOperationException">There are no rows, or values that the likelihood cannot model.</exception>
    /// <exception cref="ArgumentException">A size does not fit, or the model to start from has other features.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the first step.</exception>
    /// <exception cref="IOException">The rows could not be read, or were changed between two passes.</exception>
    public static VaeFit Run(
        IRowSource rows, VaeFitOptions options, IReadOnlyList<string>? featureNames = null, ITrainingEngineFactory? engines = null, TrainingControl? control = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        control ??= new TrainingControl();
        var raw = RawColumns.Of(options, featureNames, rows.FeatureCount);
        rows = raw.Widen(rows);
        if (raw.Columns is null || options.StartFrom is not null) options.Architecture(rows.FeatureCount); // what does not fit is told before rows are read
        var blocks = raw.CreateSurvey(rows.FeatureCount);
        var split = SurveyedSplit.Of(
            rows, options.HeldOutFraction, RandomStream.FromSeed(options.Training.Seed ?? 0).Split(6), options.Training.MaximumValidationRows,
            ReferenceSelection.Candidates(options.ReferenceRows, rows.FeatureCount), control.ThrowIfStopRequested, blocks);
        var plan = VaeFitPlan.Of(options, raw, split.Statistics, blocks, split.Faults);
        var references = plan.Choose(split.Candidates);
        var result = new Trainer(plan.Architecture, options.Training, engines).Train(
            plan.Scale(split.Training), split.Roles.Chose > 0 ? plan.Scale(split.Choosing) : null, control with { Fingerprint = split.Fingerprint.Scaled(plan.Scaling, plan.IsUnit), StartFrom = options.StartFrom?.Parameters });
        return plan.Finish(result, references, split.Roles.Chose > 0 ? split.Choosing : split.Training, split.Calibration, split.Roles);
    }
}
