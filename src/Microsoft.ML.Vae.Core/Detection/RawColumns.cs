namespace Microsoft.ML.Vae.Core;

/// <summary>What is known of a fit's features before a row is read: columns, names, and the flags that watch for gaps.</summary>
/// <param name="Columns">All features; null: each is a continuous column.</param>
/// <param name="Watched">The feature of a raw row that each flag behind them watches.</param>
/// <param name="FeatureNames">With those of the flags; null: f0, f1, …</param>
internal sealed record RawColumns(IReadOnlyList<FeatureColumn>? Columns, IReadOnlyList<int> Watched, IReadOnlyList<string>? FeatureNames)
{
    /// <exception cref="ArgumentException">Options and rows do not fit each other.</exception>
    public static RawColumns Of(VaeFitOptions options, IReadOnlyList<string>? featureNames, int inputs)
    {
        var columns = options.Columns is null ? null : FeatureColumn.Checked(options.Columns, inputs);
        if (options.StartFrom is { } start) return Of(start, options, WarmStart.Columns(start, columns, featureNames, inputs));
        if (!options.IncludeMissingness) return new(columns, [], featureNames);
        if (options.Network is not null)
            throw new ArgumentException($"{nameof(VaeFitOptions.IncludeMissingness)} widens the rows, for which a {nameof(VaeFitOptions.Network)} of your own is not made: leave one of them out, or add such features yourself.");
        CheckFlags(options, options.Likelihood);
        featureNames ??= [.. Enumerable.Range(0, inputs).Select(i => $"f{i}")];
        columns ??= FeatureColumn.Each(featureNames);
        return new(GapFlags.Columns(columns), [.. columns.Select(c => c.First)], [.. featureNames, .. columns.Select(c => c.Name + GapFlags.Suffix)]);
    }

    /// <summary>The rows with their flags.</summary>
    public IRowSource Widen(IRowSource rows) => GapFlags.Behind(rows, Watched);

    /// <summary>A survey of the categories.</summary>
    public BlockSurvey CreateSurvey(int features) => new(features, ColumnPlan.Blocks(Columns ?? []));

    private static RawColumns Of(VaeModel start, VaeFitOptions options, IReadOnlyList<FeatureColumn> columns)
    {
        if (options.IncludeMissingness && start.Watched.Count == 0)
            throw new ArgumentException($"The model to start from does not watch for gaps, and cannot learn to: train anew with {nameof(VaeFitOptions.IncludeMissingness)}, or leave it out.");
        if (start.Watched.Count > 0) CheckFlags(options, start.Architecture.Likelihood);
        return new(columns, start.Watched, start.FeatureNames);
    }

    private static void CheckFlags(VaeFitOptions options, Likelihood likelihood)
    {
        if (!options.AcceptMissing || !likelihood.IsSeparable)
            throw new ArgumentException($"A model that watches for gaps ({nameof(VaeFitOptions.IncludeMissingness)}) needs {nameof(VaeFitOptions.AcceptMissing)}, and a likelihood whose features may be missing: got {nameof(VaeFitOptions.AcceptMissing)} = {options.AcceptMissing} and {likelihood.Name}.");
    }
}
