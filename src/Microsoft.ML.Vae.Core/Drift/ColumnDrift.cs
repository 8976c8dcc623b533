using System.Globalization;

namespace Microsoft.ML.Vae.Core;

/// <summary>How far one source column moved in a window of rows.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Feature">That of its features which moved most: the category, where the column is one.</param>
/// <param name="Distance">Kolmogorov–Smirnov's, in [0, 1].</param>
/// <param name="PValue">Of this feature in this window alone.</param>
/// <param name="HasMoved">Whether the p-value counts after Bonferroni's correction over all features and windows.</param>
/// <param name="Before">Median of the reference rows; of categories and flags the share.</param>
/// <param name="Now">The same of the window.</param>
/// <param name="EndRow">Rows of the stream up to the window's end.</param>
public sealed record ColumnDrift(string Column, string Feature, double Distance, double PValue, bool HasMoved, float Before, float Now, long EndRow)
{
    /// <summary>For people, e.g. "Speed: 1820 → 2040 (distance 0.41)".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Feature}: {Before:G4} → {Now:G4} (distance {Distance:F2})");
}
