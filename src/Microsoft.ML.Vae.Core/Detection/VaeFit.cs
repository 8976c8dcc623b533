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

    // Fewer missing values teach an encoder nothing about them.
    private const double RareMissing = 0.05;

    // Which latents are active is plain from far fewer; means of a thousand rows are precise enough to complete a score.
    private const int MaximumPosteriorRows = 10_000, MaximumCostRows = 1000;

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
        var columns = options.Columns is null ? null : FeatureColumn.Checked(options.Columns, rows.FeatureCount);
        IReadOnlyList<int> watched = [];
        if (options.StartFrom is { } start)
        {
            columns = WarmStart.Columns(start, columns, featureNames, rows.FeatureCount);
            (watched, featureNames) = (start.Watched, start.FeatureNames);
            if (options.IncludeMissingness && watched.Count == 0)
                throw new ArgumentException($"The model to start from does not watch for gaps, and cannot learn to: train anew with {nameof(VaeFitOptions.IncludeMissingness)}, or leave it out.");
            if (watched.Count > 0)
            {
                CheckFlags(options, start.Architecture.Likelihood);
                rows = GapFlags.Behind(rows, watched);
            }
        }
        else if (options.IncludeMissingness)
        {
            if (options.Network is not null)
                throw new ArgumentException($"{nameof(VaeFitOptions.IncludeMissingness)} widens the rows, for which a {nameof(VaeFitOptions.Network)} of your own is not made: leave one of them out, or add such features yourself.");
            CheckFlags(options, options.Likelihood);
            featureNames ??= [.. Enumerable.Range(0, rows.FeatureCount).Select(i => $"f{i}")];
            columns ??= FeatureColumn.Each(featureNames);
            watched = [.. columns.Select(c => c.First)];
            (rows, featureNames, columns) = (GapFlags.Behind(rows, watched), [.. featureNames, .. columns.Select(c => c.Name + GapFlags.Suffix)], GapFlags.Columns(columns));
        }
        if (columns is null || options.StartFrom is not null) options.Architecture(rows.FeatureCount); // what does not fit is told before rows are read
        var blocks = new BlockSurvey(rows.FeatureCount, ColumnPlan.Blocks(columns ?? []));
        var split = SurveyedSplit.Of(
            rows, options.HeldOutFraction, RandomStream.FromSeed(options.Training.Seed ?? 0).Split(6), options.Training.MaximumValidationRows,
            ReferenceSelection.Candidates(options.ReferenceRows, rows.FeatureCount), control.ThrowIfStopRequested, blocks);
        if (columns is not null && options.Network is null && options.StartFrom is null)
        {
            var plan = ColumnPlan.Of(columns, split.Statistics, blocks, options.Likelihood);
            (columns, options) = (plan.Columns, options with { Likelihood = plan.Likelihood });
        }
        var architecture = options.Architecture(rows.FeatureCount);
        FeatureSupport[] supports = [.. Enumerable.Range(0, rows.FeatureCount).Select(architecture.Likelihood.SupportOf)];
        bool[] isUnit = architecture.Likelihood.UnitFeatures(rows.FeatureCount);
        bool[] isFlag = [.. isUnit.Select((unit, i) => unit && columns?.Any(c => c.First == i && c.Kind == ColumnKind.Binary) == true)];
        bool[] isScaled = [.. supports.Select((s, i) => s == FeatureSupport.Real || (isUnit[i] && !isFlag[i]))];
        bool isMasked = options.AcceptMissing && architecture.Likelihood.IsSeparable;
        CheckFinite(split.Faults, featureNames);
        if (!isMasked) CheckComplete(split.Faults, architecture.Likelihood, featureNames);
        var scaling = options.StartFrom?.Scaling ?? FeatureScaling.Fit(options.Scaling, split.Statistics, isScaled);
        CheckValues(scaling, split.Statistics, WarmStart.Checked(supports, isScaled, options.StartFrom), architecture.Likelihood.Name, featureNames);
        var references = split.Candidates.RowCount == 0 ? null
            : new ReferenceFit(split.Candidates, split.Statistics, scaling, isUnit, CategoricalBlock.Of(architecture.Likelihood, isFlag), options.ReferenceRows, RandomStream.FromSeed(options.Training.Seed ?? 0).Split(7));
        var result = new Trainer(architecture, options.Training, engines).Train(
            scaling.Scale(split.Training, isUnit), split.Roles.Chose > 0 ? scaling.Scale(split.Choosing, isUnit) : null, control with { Fingerprint = split.Fingerprint.Scaled(scaling, isUnit), StartFrom = options.StartFrom?.Parameters });
        var model = new VaeModel(architecture, result.Parameters, options.Training.KlWeight, scaling, featureNames, options.Training.Bound, missing: isMasked ? Missing(split.Statistics, rows.FeatureCount - watched.Count) : null, columns: columns, watched: watched);
        IRowSource measured = split.Roles.Chose > 0 ? split.Choosing : split.Training;
        var posterior = PosteriorTable.Of(model, measured, MaximumPosteriorRows);
        var active = model.WithActiveLatents(LatentImportance.Of(model, posterior.LogVariance).Active);
        return new VaeFit(active.WithMissing(active.Missing is { } missing ? new MissingValues(Costs(active, measured), missing.Rounds) : null), result, split.Calibration, split.Roles) { Bank = references?.Learn(active, posterior) };
    }

    private static void CheckFlags(VaeFitOptions options, Likelihood likelihood)
    {
        if (!options.AcceptMissing || !likelihood.IsSeparable)
            throw new ArgumentException($"A model that watches for gaps ({nameof(VaeFitOptions.IncludeMissingness)}) needs {nameof(VaeFitOptions.AcceptMissing)}, and a likelihood whose features may be missing: got {nameof(VaeFitOptions.AcceptMissing)} = {options.AcceptMissing} and {likelihood.Name}.");
    }

    // Without costs, which are yet to be measured. Flags behind the raw features are always there, and tell nothing of how often those are.
    private static MissingValues Missing(ColumnStatistics statistics, int rawFeatures)
    {
        double observed = statistics.Observed.Take(rawFeatures).Sum() / ((double)statistics.Rows * rawFeatures);
        return new MissingValues(new float[statistics.Mean.Length], observed > 1 - RareMissing ? MissingValues.RoundsAfterCompleteRows : MissingValues.RoundsAfterMissingValues);
    }

    // The mean loss of each feature where it is observed.
    private static float[] Costs(VaeModel model, IRowSource rows)
    {
        int m = model.FeatureCount;
        var (sums, counts, features, weights) = (new double[m], new long[m], new float[RowPass.BlockRows * m], new float[RowPass.BlockRows]);
        var scorer = new VaeScorer(model, RowPass.BlockRows, LossEstimator.Default);
        using var reader = RowSample.Of(rows, MaximumCostRows, RandomStream.FromSeed(0)).Read(null);
        for (int count; (count = reader.Read(features, weights)) > 0;)
        {
            scorer.Score(features.AsSpan(0, count * m), count, VaeOutputs.Loss);
            for (int i = 0; i < count * m; i++)
                if (!float.IsNaN(features[i]) && double.IsFinite(scorer.FeatureLoss[i])) (sums[i % m], counts[i % m]) = (sums[i % m] + scorer.FeatureLoss[i], counts[i % m] + 1);
        }
        return [.. sums.Zip(counts, (sum, n) => StableMath.ToFiniteSingle(sum / Math.Max(1, n)))];
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

    private static void CheckFinite(ValueFaults faults, IReadOnlyList<string>? names)
    {
        int feature = Array.FindIndex(faults.Infinite, n => n > 0);
        if (feature >= 0)
            throw new InvalidOperationException($"Feature '{names?[feature] ?? $"f{feature}"}' has {faults.Infinite[feature]} infinite values: expected numbers, or NaN where a value is missing. Replace them or drop the rows.");
    }

    private static void CheckComplete(ValueFaults faults, Likelihood likelihood, IReadOnlyList<string>? names)
    {
        int gap = Array.FindIndex(faults.Missing, n => n > 0);
        if (gap >= 0)
            throw new InvalidOperationException($"Feature '{names?[gap] ?? $"f{gap}"}' has {faults.Missing[gap]} missing values (NaN). Fill them or drop the rows, or set "
                + $"{nameof(VaeFitOptions.AcceptMissing)}{(likelihood.IsSeparable ? "." : $" and another likelihood: {likelihood.Name} cannot leave out single features.")}");
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
