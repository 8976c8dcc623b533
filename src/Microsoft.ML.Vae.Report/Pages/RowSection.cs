using System.Globalization;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Report;

/// <summary>The most anomalous rows, each with its reasons.</summary>
internal static class RowSection
{
    public static void Write(HtmlWriter html, ReportData data)
    {
        if (data.Rows.Count == 0) return;
        html.Add($"<section aria-labelledby=\"rows\"><h2 id=\"rows\">The {data.Rows.Count} most anomalous rows</h2>");
        html.Add($"<p>Each row with the columns that make most of its score: what it holds, what the model expected, and how rare that is by the network alone.</p><div class=\"cards\">");
        foreach (var row in data.Rows) Card(html, row);
        html.Add($"</div></section>");
    }

    private static void Card(HtmlWriter html, AnomalousRow row)
    {
        string truth = row.IsAnomaly is null ? "" : row.IsAnomaly.Value ? " · labelled anomalous" : " · labelled normal";
        html.Add($"<article><h3>Row {Say.Count(row.Row)}</h3><p>score <strong>{Say.Number(row.Score)}</strong> nats · p {Say.Number(row.PValue)}{truth}{(row.IsFlagged ? "" : " · not flagged")}</p>");
        if (row.Reasons.Count == 0) html.Add($"<p>No column stands out.</p>");
        else
        {
            html.Add($"<table><caption class=\"hidden\">Reasons of row {Say.Count(row.Row)}</caption><thead><tr><th scope=\"col\">column</th><th scope=\"col\">found</th><th scope=\"col\">expected</th><th scope=\"col\">how rare</th></tr></thead><tbody>");
            foreach (var reason in row.Reasons) Reason(html, reason);
            html.Add($"</tbody></table>");
        }
        html.Add($"</article>");
    }

    private static void Reason(HtmlWriter html, Reason reason)
    {
        string width = (100 * Math.Clamp(reason.Share, 0, 1)).ToString("0.#", CultureInfo.InvariantCulture);
        html.Add($"<tr><th scope=\"row\">{Say.Name(reason.Column)} <small>{Say.Percent(reason.Share, 0)}</small><svg class=\"figure share\" aria-hidden=\"true\" viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\"><rect class=\"f1\" width=\"{width}\" height=\"4\"/></svg></th><td>{Say.Name(reason.Found)}</td><td>{Say.Name(reason.Expected)}</td><td>{Say.OneIn(reason.OneIn)}</td></tr>");
    }
}
