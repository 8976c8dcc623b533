using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.Vae.Report;

/// <summary>The page: a heading, a summary in figures, and sections in the order in which one asks.</summary>
internal static class ReportPage
{
    public static string Of(ReportData data)
    {
        var html = new HtmlWriter();
        string style = FigureStyle.Css + Resources.Text("report.css");
        Begin(html, data.Title, style, "default-src 'none'; img-src data:");
        html.Add($"<header><h1>{Say.Name(data.Title)}</h1><p>{Lead(data)}</p></header><main>");
        Tiles(html, data);
        ScoreSection.Write(html, data);
        RowSection.Write(html, data);
        EvaluationSection.Write(html, data);
        CalibrationSection.Write(html, data);
        ColumnSection.Write(html, data);
        DriftSection.Write(html, data);
        LearnedSection.Write(html, data);
        MapSection.Write(html, data);
        ProvenanceSection.Write(html, data.Provenance);
        html.Add($"</main></body></html>");
        return html.ToString();
    }

    /// <summary>Head and style of a page that loads nothing, and allows only the style and script that it brings.</summary>
    public static void Begin(HtmlWriter html, string title, string style, string policy)
    {
        html.Add($"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">");
        html.Add($"<meta http-equiv=\"Content-Security-Policy\" content=\"{new Markup($"{policy}; style-src '{Hash(style)}'")}\"><title>{title}</title><style>{new Markup(style)}</style></head><body>");
    }

    /// <summary>What a content security policy knows a text by.</summary>
    public static string Hash(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    private static string Lead(ReportData data)
    {
        var scores = data.Scores;
        string rows = $"{Say.Count(scores.Rows)} rows of {data.Columns.Count} columns were scored; {Say.Count(scores.Flagged)} ({Say.Percent(scores.Flagged / (double)scores.Rows, 2)}) are flagged as anomalous.";
        string promise = !data.Calibration.IsPromise ? " The rows that set the threshold were not all normal: it promises nothing of normal rows." : data.Calibration.Promised == 0 ? " The threshold flags nothing: there are too few calibration rows for the rate that was asked for." : $" The threshold promises false alarms on {Say.Percent(data.Calibration.Promised, 2)} of normal rows.";
        string missing = scores.WithoutScore == 0 ? "" : $" {Say.Count(scores.WithoutScore)} rows have no score: they hold infinity, or nothing at all.";
        return rows + promise + missing;
    }

    private static void Tiles(HtmlWriter html, ReportData data)
    {
        html.Add($"<dl class=\"tiles\">");
        Tile(html, "rows", Say.Count(data.Scores.Rows), $"{data.Columns.Count} columns");
        Tile(html, "flagged", Say.Count(data.Scores.Flagged), $"score above {Say.Number(data.Scores.Threshold)} nats");
        if (data.Evaluation is { } evaluation)
        {
            Tile(html, "AUROC", Say.Share(evaluation.AreaUnderRocCurve.Value), $"95 %: {Say.Interval(evaluation.AreaUnderRocCurve.Low, evaluation.AreaUnderRocCurve.High)}");
            Tile(html, "average precision", Say.Share(evaluation.AveragePrecision.Value), $"95 %: {Say.Interval(evaluation.AveragePrecision.Low, evaluation.AveragePrecision.High)}");
        }
        Tile(html, data.IsLabelled ? "false alarms" : "flagged share", Say.Percent(data.Calibration.Kept, 2), data.Calibration.IsPromise ? $"promised {Say.Percent(data.Calibration.Promised, 2)}" : "nothing promised");
        if (data.Drift.Count > 0) Tile(html, "columns that moved", Say.Count(data.Drift.Count(d => d.HasMoved)), $"of {data.Drift.Count}");
        Tile(html, "latents in use", $"{data.Learned.Latents.Count(l => l.IsActive)}", $"of {data.Learned.Latents.Count}");
        html.Add($"</dl>");
    }

    private static void Tile(HtmlWriter html, string name, string value, string more) => html.Add($"<div><dt>{name}</dt><dd><strong>{value}</strong> <span>{more}</span></dd></div>");
}
