using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Report;

/// <summary>What a report shows. Immutable.</summary>
public sealed record ReportOptions
{
    /// <summary>Heading of the page.</summary>
    public string Title { get; init; } = "Anomaly report";

    /// <summary>Most anomalous rows that are shown with their reasons: a page or two to read.</summary>
    public int TopRows { get; init; } = 20;

    /// <summary>Columns named as reasons of a row.</summary>
    public int Reasons { get; init; } = 4;

    /// <summary>Whether the rows that calibrated were normal. False where a contamination was given instead: then the threshold promises nothing of normal rows, and the report says so.</summary>
    public bool IsCalibratedOnNormalRows { get; init; } = true;

    /// <summary>How training went; empty: not known.</summary>
    public IReadOnlyList<TrainingProgress> History { get; init; } = [];

    /// <summary>Where the report comes from.</summary>
    public ReportProvenance Provenance { get; init; } = new();

    /// <summary>Draws the rows that pictures and comparisons show.</summary>
    public int Seed { get; init; }
}
