namespace Microsoft.ML.Vae.Core;

/// <summary>How a CSV file is read.</summary>
public sealed record CsvOptions
{
    /// <summary>Between fields. A comma: the format's own name.</summary>
    public char Separator { get; init; } = ',';

    /// <summary>Whether the first line holds names. True: a header read as numbers fails at once, a row taken for a header is lost in silence.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>Columns that are features, counted from 0; null: all.</summary>
    public IReadOnlyList<int>? FeatureColumns { get; init; }
}
