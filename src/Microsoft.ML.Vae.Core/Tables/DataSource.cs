namespace Microsoft.ML.Vae.Core;

/// <summary>Where the rows of a table come from.</summary>
/// <param name="Path">A text file, or one compressed by gzip (.gz).</param>
/// <param name="Label">Column that tells anomalies; null: <see cref="DefaultLabel"/> where there is one, else all rows are taken for normal.</param>
/// <param name="Positive">The label of an anomaly; null: a usual one, such as 1, true or anomaly.</param>
/// <param name="ColumnsFile">Names of the columns, separated by commas or lines, where the file has no header.</param>
public sealed record DataSource(string Path, string? Label = null, string? Positive = null, string? ColumnsFile = null)
{
    /// <summary>Name of a column of labels that need not be asked for.</summary>
    public const string DefaultLabel = "label";
}
