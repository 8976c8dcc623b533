namespace Microsoft.ML.Vae.Core;

/// <summary>What a model to start from and the rows that it is to learn must have in common.</summary>
internal static class WarmStart
{
    /// <summary>The model's own columns, once it is plain that the rows have the same.</summary>
    /// <param name="start">The model.</param>
    /// <param name="columns">Those of the rows; null: not told.</param>
    /// <param name="names">Names of the features of the rows; null: not told.</param>
    /// <param name="features">Length of a raw row.</param>
    /// <exception cref="ArgumentException">They differ.</exception>
    public static IReadOnlyList<FeatureColumn> Columns(VaeModel start, IReadOnlyList<FeatureColumn>? columns, IReadOnlyList<string>? names, int features)
    {
        if (features != start.InputCount) throw new ArgumentException($"The model to start from takes {start.InputCount} features, the rows have {features}.");
        for (int i = 0; i < Math.Min(names?.Count ?? 0, start.InputCount); i++)
            if (names![i] != start.FeatureNames[i]) throw new ArgumentException($"Feature {i} of the model to start from is '{start.FeatureNames[i]}', that of the rows '{names[i]}'. Give the same columns in the same order.");
        foreach (var category in start.Columns.Where(c => c.Kind == ColumnKind.Category))
            if (columns is not null && !columns.Any(c => (c.First, c.Length) == (category.First, category.Length)))
                throw new ArgumentException($"'{category.Name}' is one category of {category.Length} features in the model to start from, and not in the rows. Encode them as they were.");
        return start.Columns;
    }

    /// <summary>What values must be checked for: a scaling that is kept may leave new rows outside [0, 1], and they are brought back to its ends, as held-out rows are.</summary>
    public static FeatureSupport[] Checked(FeatureSupport[] supports, bool[] isScaled, VaeModel? start) =>
        start is null ? supports : [.. supports.Select((s, i) => isScaled[i] && s == FeatureSupport.UnitInterval ? FeatureSupport.Real : s)];
}
