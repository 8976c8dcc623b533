using System.Globalization;
using System.Text;

namespace Microsoft.ML.Vae.Tool;

/// <summary>What a model is, for people and programs. RateBound and SmallestRate are null where the calibration promises no rate.</summary>
internal sealed record ModelCard(
    string File, long Bytes, IReadOnlyList<ColumnCard> Columns, int Features, int Latents, int ActiveLatents, int KnownRows, string Isometry, int CalibrationRows, float? Threshold, double FalseAlarmRate,
    double? RateBound, double? SmallestRate, double? ValidationLoss, ProvenanceCard Provenance)
{
    public static ModelCard Of(DetectorFile detector, string path)
    {
        var (model, provenance) = (detector.Model, detector.Provenance);
        double? loss = provenance.LastTraining.History.Min(h => h.ValidationLoss);
        return new ModelCard(
            path, new FileInfo(path).Length, ColumnCard.Of(detector), model.Vae.InputCount, model.Vae.LatentDimension, model.Importance.ActiveCount, model.Bank?.Count ?? 0, model.Isometry.Verdict,
            model.Calibration.Scores.Count, float.IsFinite(model.Threshold) ? model.Threshold : null, provenance.Settings.FalseAlarmRate,
            detector.PromisesRate ? model.Calibration.RateBound(model.Threshold) : null, detector.PromisesRate ? model.Calibration.SmallestRate : null,
            loss, ProvenanceCard.Of(provenance));
    }

    public void Print(Terminal terminal) => terminal.Answer(this, console =>
    {
        foreach (var (name, value) in Lines()) console.Out($"{name,-15} {value}");
        foreach (var column in Columns) console.Out($"  {column.Name,-24} {column.Kind,-12} {column.Range}");
    });

    public string ToMarkdown()
    {
        var text = new StringBuilder($"# Model card: {Path.GetFileName(File)}\n\n| | |\n|---|---|\n");
        foreach (var (name, value) in Lines()) text.Append(CultureInfo.InvariantCulture, $"| {name} | {Escaped(value)} |\n");
        text.Append("\n## Columns\n\n| column | kind | values in training |\n|---|---|---|\n");
        foreach (var column in Columns) text.Append(CultureInfo.InvariantCulture, $"| {Escaped(column.Name)} | {column.Kind} | {Escaped(column.Range)} |\n");
        text.Append("\n## Use\n\nThe score is in nats, high is anomalous; a p-value is the share of normal rows that score at least as high. ");
        text.Append("It knows what it was trained on: what is new is anomalous to it, and what was wrong in training is normal. Judge it on rows that it was not trained on.\n");
        return text.ToString();
    }

    private static string Escaped(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private string Promise(IFormatProvider c) => RateBound is { } bound
        ? string.Create(c, $"asked for {FalseAlarmRate} false alarms, at most {bound:G3} with 95 % confidence")
        : string.Create(c, $"the rows hold anomalies (contamination {Provenance.Settings.Contamination}), which promises no rate of false alarms");

    private IEnumerable<(string Name, string Value)> Lines()
    {
        var c = CultureInfo.InvariantCulture;
        yield return ("model", string.Create(c, $"{File}, {Bytes / 1024} KiB"));
        yield return ("table", string.Create(c, $"{Columns.Count} columns, {Features} features"));
        yield return ("latents", string.Create(c, $"{ActiveLatents} of {Latents} carry information"));
        yield return ("known rows", string.Create(c, $"{KnownRows}"));
        yield return ("isometry", Isometry);
        yield return ("calibration", string.Create(c, $"{CalibrationRows} rows; threshold {(Threshold is { } t ? t.ToString("G6", c) : "none: too few rows for the rate")}, {Promise(c)}"));
        if (ValidationLoss is { } loss) yield return ("held-out loss", string.Create(c, $"{loss:G5} nats"));
        foreach (var p in Provenance.Earlier.Prepend(Provenance))
        {
            yield return ("made", string.Create(c, $"{p.Made:yyyy-MM-dd HH:mm:ss}Z by mlvae {p.Verb} {p.Tool}, {p.MLNet}, {p.Seconds:F1} s, seed {p.Settings.Seed}{(p.Settings.Contamination is { } share ? $", contamination {share}" : "")}{(p.Settings.Tuned is null ? "" : ", tuned")}"));
            yield return ("from", string.Create(c, $"{p.Source}: {p.Rows} rows, fingerprint {p.Fingerprint}"));
        }
    }
}

/// <summary>A column, and what training rows held in it.</summary>
internal sealed record ColumnCard(string Name, string Kind, string Range, double? Minimum, double? Maximum, double Missing, IReadOnlyList<string> Categories)
{
    private const int MostNamed = 8;

    public static IReadOnlyList<ColumnCard> Of(DetectorFile detector)
    {
        var rows = detector.Reference;
        float[] values = rows.ToArray();
        return [.. detector.Model.Vae.InputColumns.Select(column =>
        {
            float[] own = [.. Enumerable.Range(0, rows.RowCount).Select(r => values[(r * rows.FeatureCount) + column.First])], observed = [.. own.Where(v => !float.IsNaN(v)).Order()];
            double missing = own.Length == 0 ? 0 : 1 - ((double)observed.Length / own.Length);
            string[] categories = column.Kind == ColumnKind.Category ? [.. Enumerable.Range(column.First, column.Length).Select(i => detector.Plan.FeatureNames[i][(detector.Plan.FeatureNames[i].IndexOf(column.Name, StringComparison.Ordinal) + column.Name.Length)..].TrimStart('.'))] : [];
            string gaps = missing > 0 ? string.Create(CultureInfo.InvariantCulture, $", {missing:P0} missing") : "";
            string range = categories.Length > 0 ? $"{categories.Length}: {string.Join(", ", categories.Take(MostNamed))}{(categories.Length > MostNamed ? ", …" : "")}"
                : observed.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{observed[0]:G5} to {observed[^1]:G5}, median {observed[observed.Length / 2]:G5}");
            bool isNumber = categories.Length == 0 && observed.Length > 0;
            return new ColumnCard(column.Name, column.Kind.ToString(), range + gaps, isNumber ? observed[0] : null, isNumber ? observed[^1] : null, missing, categories);
        })];
    }
}

/// <summary>A provenance without the course of the training.</summary>
internal sealed record ProvenanceCard(string Tool, string MLNet, DateTimeOffset Made, string Verb, string Source, long Rows, string Fingerprint, FitSettings Settings, double Seconds, IReadOnlyList<ProvenanceCard> Earlier)
{
    public static ProvenanceCard Of(Provenance p) => new(p.Tool, p.MLNet, p.Made, p.Verb, p.Source, p.Rows, p.Fingerprint, p.Settings, p.Seconds, [.. p.Earlier.Select(Of)]);
}
