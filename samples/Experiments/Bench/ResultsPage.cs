using System.Globalization;
using System.Text;

namespace Experiments;

/// <summary>EXPERIMENTS.md, made of the reports that are there.</summary>
internal static class ResultsPage
{
    private const string Head = """
        # Experiments

        What four papers report, and what this library measures: A Nakagawa, Kato and Suzuki (2021), B Kalatzis, Eklund, Arvanitidis and Hauberg (2020) and its reproduction by Jurasz and Pietrzak, C Peste, Malagò and Sârbu (2017), D Chen et al. (2018).
        Made by `dotnet run -c Release --project samples/Experiments -- all --results docs/results`, never by hand; one experiment alone by its name. "Usual" sizes are what two cores finish in minutes, `--full` is the published size. Processor minutes are of all threads. Bands are the project's own unless the paper states one.
        """;

    /// <param name="reports">What there is.</param>
    /// <param name="whole">What ran in one piece; null where nothing did.</param>
    public static string Write(IReadOnlyList<Report> reports, WholeTime? whole)
    {
        var page = new StringBuilder(Head).AppendLine();
        var runs = reports.SelectMany(r => r.RunTimes).DistinctBy(r => r.Key).ToDictionary();
        page.AppendLine().AppendLine(string.Create(CultureInfo.InvariantCulture,
            $"{reports.Count} of {Catalog.All.Count} experiments, together {runs.Values.Sum(t => t.Processor):F0} processor minutes and {runs.Values.Sum(t => t.Elapsed):F0} by the clock, what they share counted once. {InOnePiece(runs, whole)}"));
        string[] partial = [.. reports.Where(r => r.LeftOut.Count > 0).Select(r => $"{r.Name} ({string.Join(", ", r.LeftOut)})")];
        page.AppendLine().AppendLine(partial.Length == 0 ? "Nothing that belongs to their size is left out." : $"Left out of what belongs to their size: {string.Join("; ", partial)}.");
        string[] missing = [.. reports.Where(r => r.Rows.Any(row => row.IsMissed)).Select(r => $"[{r.Name}](#{r.Name}) {r.Rows.Count(row => row.IsMissed)}")];
        page.AppendLine().AppendLine(missing.Length == 0 ? "All bands are kept." : $"Bands missed: {string.Join(", ", missing)}. Each says by how much, why, and what was tried.");
        foreach (var report in reports) Append(page, report);
        return page.ToString();
    }

    public static string Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new StringBuilder();
        Line(header);
        Line([.. header.Select(_ => "---")]);
        foreach (var row in rows) Line(row);
        return table.ToString();

        void Line(IReadOnlyList<string> cells) => table.Append("| ").AppendJoin(" | ", cells).AppendLine(" |");
    }

    private static string InOnePiece(IReadOnlyDictionary<string, RunTime> runs, WholeTime? whole) => whole?.Covers(runs) == true
        ? string.Create(CultureInfo.InvariantCulture, $"They ran in one piece, which took {whole.Minutes:F0} minutes on {whole.Cores} cores with data, tables and pictures.")
        : "They did not run in one piece.";

    private static void Append(StringBuilder page, Report report)
    {
        page.AppendLine().AppendLine($"<a id=\"{report.Name}\"></a>").AppendLine().AppendLine($"## {report.Name}: {report.Title}").AppendLine();
        page.Append(Table(["quantity", "published", "ours", "band", ""], report.Rows.Select(r => (string[])[r.Quantity, r.Published, r.Ours, r.Band, r.Verdict])));
        page.AppendLine().AppendLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Size} size, {report.Seeds} seed{(report.Seeds == 1 ? "" : "s")}, {report.Minutes:F1} processor minutes{(report.LeftOut.Count == 0 ? "" : $", without {string.Join(", ", report.LeftOut)}")}. Differs: {report.Differs}"));
        foreach (string note in report.Notes) page.AppendLine().AppendLine(note);
        foreach (string table in report.Tables) page.AppendLine().Append(table);
        foreach (var picture in report.Pictures) page.AppendLine().AppendLine($"![{picture.Caption}]({picture.File})").AppendLine().AppendLine(picture.Caption);
        page.AppendLine().AppendLine("```text").AppendLine(report.ResultLine).AppendLine("```");
    }
}
