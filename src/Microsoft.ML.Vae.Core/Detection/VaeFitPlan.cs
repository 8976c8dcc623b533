namespace Microsoft.ML.Vae.Core;

/// <summary>What a survey of the rows settles of a fit before its training, and what is made of the trained weights.</summary>
internal sealed class VaeFitPlan
{
    // Min-max scaling in single precision may end a hair above one.
    private const double ScalingRounding = 1e-6;

    // Fewer missing values teach an encoder nothing about them.
    private const double RareMissing = 0.05;

    // Which latents are active is plain from far fewer; means of a thousand rows are precise enough to complete a score.
    private const int MaximumPosteriorRows = 10_000, MaximumCostRows = 1000;

    private readonly VaeFitOptions _options;
    private readonly RawColumns _raw;
    private readonly IReadOnlyList<FeatureColumn>? _columns;
    private readonly ColumnStatistics _statistics;
    private readonly bool[] _isFlag;
    private readonly bool _isMasked;

    private VaeFitPlan(VaeFitOptions options, RawColumns raw, IReadOnlyList<FeatureColumn>? columns, ColumnStatistics statistics)
    {
        (_options, _raw, _columns, _statistics) = (options, raw, columns, statistics);
        int m = statistics.Mean.Length;
        Architecture = options.Architecture(m);
        IsUnit = Architecture.Likelihood.UnitFeatures(m);
        _isFlag = [.. IsUnit.Select((unit, i) => unit && columns?.Any(c => c.First == i && c.Kind == ColumnKind.Binary) == true)];
        _isMasked = options.AcceptMissing && Architecture.Likelihood.IsSeparable;
        FeatureSupport[] supports = [.. Enumerable.Range(0, m).Select(Architecture.Likelihood.SupportOf)];
        bool[] isScaled = [.. supports.Select((s, i) => s == FeatureSupport.Real || (IsUnit[i] && !_isFlag[i]))];
        Scaling = options.StartFrom?.Scaling ?? FeatureScaling.Fit(options.Scaling, statistics, isScaled);
        Supports = WarmStart.Checked(supports, isScaled, options.StartFrom);
    }

    /// <summary>Networks, likelihood, prior.</summary>
    public VaeArchitecture Architecture { get; }

    /// <summary>What raw rows go through first.</summary>
    public FeatureScaling Scaling { get; }

    /// <summary>Features that must lie in [0, 1], [m].</summary>
    public bool[] IsUnit { get; }

    private FeatureSupport[] Supports { get; }

    /// <summary>Settles it.</summary>
    /// <exception cref="InvalidOperationException">There are values that the likelihood cannot model.</exception>
    public static VaeFitPlan Of(VaeFitOptions options, RawColumns raw, ColumnStatistics statistics, BlockSurvey blocks, ValueFaults faults)
    {
        var columns = raw.Columns;
        if (columns is not null && options.Network is null && options.StartFrom is null)
        {
            var settled = ColumnPlan.Of(columns, statistics, blocks, options.Likelihood);
            (columns, options) = (settled.Columns, options with { Likelihood = settled.Likelihood });
        }
        CheckFinite(faults, raw.FeatureNames);
        var plan = new VaeFitPlan(options, raw, columns, statistics);
        if (!plan._isMasked) CheckComplete(faults, plan.Architecture.Likelihood, raw.FeatureNames);
        CheckValues(plan.Scaling, statistics, plan.Supports, plan.Architecture.Likelihood.Name, raw.FeatureNames);
        return plan;
    }

    /// <summary>The rows as the encoder sees them.</summary>
    public IRowSource Scale(IRowSource rows) => Scaling.Scale(rows, IsUnit);

    /// <summary>Chooses the rows that a detector remembers; null: none are asked for.</summary>
    public ReferenceFit? Choose(MatrixRows candidates) => candidates.RowCount == 0 ? null
        : new ReferenceFit(candidates, _statistics, Scaling, IsUnit, CategoricalBlock.Of(Architecture.Likelihood, _isFlag), _options.ReferenceRows, RandomStream.FromSeed(_options.Training.Seed ?? 0).Split(7));

    /// <summary>Makes the model and measures what its detector must know of it.</summary>
    /// <param name="result">How training went.</param>
    /// <param name="references">Rows to remember; null: none.</param>
    /// <param name="measured">Raw rows that chose the state, or those that trained where none did.</param>
    /// <param name="calibration">Raw rows that took no part.</param>
    /// <param name="roles">How many rows did what.</param>
    public VaeFit Finish(TrainingResult result, ReferenceFit? references, IRowSource measured, IRowSource calibration, RowRoles roles)
    {
        var model = new VaeModel(
            Architecture, result.Parameters, _options.Training.KlWeight, Scaling, _raw.FeatureNames, _options.Training.Bound, missing: _isMasked ? Missing(_statistics, _statistics.Mean.Length - _raw.Watched.Count) : null, columns: _columns, watched: _raw.Watched);
        var posterior = PosteriorTable.Of(model, measured, MaximumPosteriorRows);
        var active = model.WithActiveLatents(LatentImportance.Of(model, posterior.LogVariance).Active);
        return new VaeFit(active.WithMissing(active.Missing is { } missing ? new MissingValues(Costs(active, measured), missing.Rounds) : null), result, calibration, roles) { Bank = references?.Learn(active, posterior) };
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
