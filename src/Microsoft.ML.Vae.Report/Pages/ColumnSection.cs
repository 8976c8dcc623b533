using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Report;

/// <summary>What the data are.</summary>
internal static class ColumnSection
{
    /// <summary>Columns that a table of the page shows: more are told by number.</summary>
    public const int Shown = 150;

    public static void Write(HtmlWriter html, ReportData data)
    {
        html.Add($"<section aria-labelledby=\"columns\"><h2 id=\"columns\">The data</h2>");
        html.Add($"<p>{Summary(data.Columns)}</p>");
        html.Table("Columns of the scored rows", ["column", "kind", "#missing", "#least", "#middle", "#greatest", "most frequent"], data.Columns.Take(Shown).Select(Line));
        More(html, data.Columns.Count);
        html.Add($"</section>");
    }

    /// <summary>Says how many columns a table leaves out.</summary>
    public static void More(HtmlWriter html, int columns)
    {
        if (columns > Shown) html.Add($"<p>{Say.Count(columns - Shown)} more columns are not shown.</p>");
    }

    private static string Summary(IReadOnlyList<ColumnSummary> columns)
    {
        string kinds = string.Join(", ", columns.GroupBy(c => c.Kind).OrderBy(g => g.Key).Select(g => $"{Say.Count(g.Count())} {(g.Count() == 1 ? Kind(g.Key) : Kinds(g.Key))}")), most = "";
        if (columns.MaxBy(c => c.Missing) is { Missing: > 0 } gap) most = $" Most is missing in {Say.Name(gap.Name)}: {Say.Percent(gap.Missing)} of the rows.";
        return $"Columns: {kinds}.{most} Ranges are those of the scored rows; the middle is the median, of a flag the share of ones.";
    }

    private static IReadOnlyList<object> Line(ColumnSummary column) =>
    [
        Say.Name(column.Name), Kind(column.Kind), column.Missing == 0 ? "0" : Say.Percent(column.Missing), Say.Number(column.Low), Say.Number(column.Middle), Say.Number(column.High),
        column.Common.Count == 0 ? "" : string.Join(", ", column.Common.Select(c => $"{Say.Name(c.Category)} {Say.Percent(c.Share, 0)}")),
    ];

    private static string Kinds(ColumnKind kind) => kind switch
    {
        ColumnKind.Continuous or ColumnKind.FromData => Kind(kind),
        ColumnKind.Binary => "flags",
        ColumnKind.Category => "categories",
        ColumnKind.Count => "counts",
    };

    private static string Kind(ColumnKind kind) => kind switch
    {
        ColumnKind.Continuous => "continuous",
        ColumnKind.Binary => "flag",
        ColumnKind.Category => "category",
        ColumnKind.Count => "count",
        ColumnKind.FromData => "undecided",
    };
}
