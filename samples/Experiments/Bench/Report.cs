using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.ML.Vae.Report;

namespace Experiments;

/// <summary>What an experiment found, beside what was published.</summary>
internal sealed record Report
{
    public required string Name { get; init; }

    public required string Title { get; init; }

    public required IReadOnlyList<ReportRow> Rows { get; init; }

    /// <summary>The keys of the RESULT line.</summary>
    public required IReadOnlyList<KeyValuePair<string, double>> Results { get; init; }

    public required int Seeds { get; init; }

    /// <summary>In what this differs from the published experiment.</summary>
    public required string Differs { get; init; }

    /// <summary>What a reader has to know: why a band is missed, what was tried.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>More tables, in Markdown.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    public IReadOnlyList<Picture> Pictures { get; init; } = [];

    /// <summary>Of each of its runs; experiments may share some.</summary>
    public IReadOnlyDictionary<string, RunTime> RunTimes { get; init; } = new Dictionary<string, RunTime>();

    /// <summary>What belongs to the experiment at this size and was not asked for.</summary>
    public IReadOnlyCollection<string> LeftOut { get; init; } = [];

    public StudySize Size { get; init; }

    /// <summary>Of the processor.</summary>
    [JsonIgnore]
    public double Minutes => RunTimes.Values.Sum(t => t.Processor);

    public string ResultLine => string.Create(CultureInfo.InvariantCulture,
        $"RESULT experiment={Name}{string.Concat(Results.Select(r => string.Create(CultureInfo.InvariantCulture, $" {r.Key}={r.Value:0.####}")))} minutes={Minutes:F1}");
}

/// <summary>A picture beside the results.</summary>
/// <param name="File">Its name.</param>
/// <param name="Caption">What it shows.</param>
internal sealed record Picture(string File, string Caption)
{
    /// <summary>What is drawn; the file is written when the experiment has run.</summary>
    [JsonIgnore]
    public Figure? Figure { get; init; }

    public static Picture Of(string file, string caption, Figure figure) => new(file, caption) { Figure = figure };
}

/// <summary>One quantity: published, ours, and whether it is where it should be.</summary>
internal sealed record ReportRow(string Quantity, string Published, string Ours, string Band, string Verdict)
{
    /// <summary>A quantity with a band; the verdict says by how much it misses.</summary>
    public static ReportRow Of(string quantity, string published, double ours, double low, double high, string? spread = null, string format = "0.###")
    {
        string Show(double value) => Text(value, format);
        string band = double.IsNegativeInfinity(low) ? $"≤ {Show(high)}" : double.IsPositiveInfinity(high) ? $"≥ {Show(low)}" : $"{Show(low)} … {Show(high)}";
        string verdict = double.IsNaN(ours) ? "no number" : ours < low ? $"misses by {Show(low - ours)}" : ours > high ? $"misses by {Show(ours - high)}" : Kept;
        return new(quantity, published, Show(ours) + (spread is null ? "" : $" {spread}"), band, verdict);
    }

    /// <summary>Whether it is outside its band, or no number.</summary>
    [JsonIgnore]
    public bool IsMissed => Band.Length > 0 && Verdict != Kept;

    private const string Kept = "kept";

    /// <summary>A number as tables show it; a dash where there is none.</summary>
    public static string Text(double value, string format = "0.###") => double.IsNaN(value) ? "–" : value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>A quantity without a band.</summary>
    public static ReportRow Free(string quantity, string published, string ours) => new(quantity, published, ours, "", "");
}
