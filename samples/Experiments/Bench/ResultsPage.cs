using System.Globalization;
using System.Text;

namespace Experiments;

/// <summary>EXPERIMENTS.md, made of the reports that are there.</summary>
internal static class ResultsPage
{
    private const string Head = """
        # Experiments

        What four papers report, and what this library measures: A Nakagawa, Kato and Suzuki (2021), B Kalatzis, Eklund, Arvanitidis and Hauberg (2020) and its reproduction by Jurasz and Pietrzak, C Peste, Malagò and Sârbu (2017), D Chen et al. (2018).
        Made by `dotnet run -c Release --project samples/Experiments -- all --results docs/results`, never by hand; one experiment alone by its name. "Usual" sizes are what two cores finish in minutes, `--full` is the published size. Minutes are the processor's, of all threads. Bands are the project's own unless the paper states one.
        """;

    public static string Write(IEnumerable<Report> reports)
    {
        var page = new StringBuilder(Head).AppendLine();
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

    private static void Append(StringBuilder page, Report report)
    {
        page.AppendLine().AppendLine($"## {report.Name}: {report.Title}").AppendLine();
        page.Append(Table(["quantity", "published", "ours", "band", ""], report.Rows.Select(r => (string[])[r.Quantity, r.Published, r.Ours, r.Band, r.Verdict])));
        page.AppendLine().AppendLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Size} size, {report.Seeds} seed{(report.Seeds == 1 ? "" : "s")}, {report.Minutes:F1} processor minutes. Differs: {report.Differs}"));
        foreach (string note in report.Notes) page.AppendLine().AppendLine(note);
        foreach (string table in report.Tables) page.AppendLine().Append(table);
        foreach (var picture in report.Pictures) page.AppendLine().AppendLine($"![{picture.Caption}]({picture.File})").AppendLine().AppendLine(picture.Caption);
        page.AppendLine().AppendLine("```text").AppendLine(report.ResultLine).AppendLine("```");
    }
}
