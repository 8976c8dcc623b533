using System.Globalization;
using Microsoft.ML.Vae.Report;

namespace Microsoft.ML.Vae.Tool;

/// <summary>A model's provenance as a report shows it.</summary>
internal static class Provenances
{
    public static ReportProvenance Of(DetectorFile detector, string data)
    {
        var (p, settings) = (detector.Provenance, detector.Provenance.Settings);
        var options = new List<(string, string)> { ("false-alarm rate", Text(settings.FalseAlarmRate)) };
        if (settings.Contamination is { } contamination) options.Add(("contamination", Text(contamination)));
        if (settings.Confidence is { } confidence) options.Add(("confidence", Text(confidence)));
        if (settings.Steps > 0) options.Add(("steps", Text(settings.Steps)));
        if (settings.IncludeMissingness) options.Add(("missingness", "included"));
        return new ReportProvenance
        {
            Time = DateTimeOffset.UtcNow,
            Data = data,
            Model = $"{p.Verb} on {p.Rows} rows of {p.Source} (fingerprint {p.Fingerprint}), {p.Made:yyyy-MM-dd HH:mm}",
            Seed = settings.Seed,
            Versions = [("mlvae", p.Tool), ("ML.NET", p.MLNet)],
            Options = options,
        };
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
