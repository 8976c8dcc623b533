using System.Globalization;

namespace Microsoft.ML.Vae.Report;

/// <summary>Where the report comes from.</summary>
internal static class ProvenanceSection
{
    public static void Write(HtmlWriter html, ReportProvenance provenance)
    {
        html.Add($"<section aria-labelledby=\"provenance\"><h2 id=\"provenance\">Provenance</h2>");
        List<IReadOnlyList<object>> lines = [];
        Line("made", provenance.Time?.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture));
        Line("rows", provenance.Data);
        Line("model", provenance.Model);
        Line("seed of training", provenance.Seed?.ToString(CultureInfo.InvariantCulture));
        Line("fingerprint of the rows", provenance.Fingerprint);
        foreach (var (name, value) in provenance.Versions) Line($"version of {name}", value);
        foreach (var (name, value) in provenance.Options) Line($"option {name}", value);
        html.Table("What this report was made of", ["fact", "value"], lines);
        html.Add($"</section>");

        void Line(string name, string? value)
        {
            if (value is not null) lines.Add([Say.Name(name), Say.Name(value)]);
        }
    }
}
