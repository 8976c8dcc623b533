using System.CommandLine;

namespace Microsoft.ML.Vae.Tool;

/// <summary>recalibrate: threshold and p-values from other normal rows; nothing is trained.</summary>
internal sealed class RecalibrateVerb : Verb
{
    private readonly Argument<string> _model = new("model") { Description = "the model" };
    private readonly DataOptions _data = new();
    private readonly Option<double?> _rate = new("--false-alarm-rate") { Description = "share of normal rows that may be flagged; without it the model's" };
    private readonly Option<double?> _confidence = new("--confidence") { Description = "keep the rate with this confidence, not in the mean; without it as the model did" };
    private readonly Option<string?> _output = new("--out", "-o") { Description = "the new model; without it the old one is replaced" };

    public RecalibrateVerb() : base("recalibrate", "Take threshold and p-values from new normal rows that the model was not trained on; nothing is trained.")
    {
        Add(_model);
        _data.AddTo(this);
        Add(_rate);
        Add(_confidence);
        Add(_output);
    }

    protected override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        string path = parsed.GetValue(_model)!, output = parsed.GetValue(_output) ?? path;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var before = DetectorFile.Load(path);
        double rate = FitOptions.Share(parsed.GetValue(_rate), "--false-alarm-rate") ?? before.Provenance.Settings.FalseAlarmRate;
        double? confidence = FitOptions.Share(parsed.GetValue(_confidence), "--confidence") ?? before.Provenance.Settings.Confidence;
        var input = _data.Read(parsed);
        var table = input.ReadTable();
        var plan = before.Plan.For(table.Names);
        int[] rows = TrainVerb.NormalRows(table);
        var model = before.Model.Recalibrate(new MatrixRows(rows.SelectMany(r => plan.Encode(table, r)).ToArray(), plan.FeatureCount), rate, cancellation);
        if (confidence is { } certain) model = model.WithFalseAlarmRateAtMost(rate, certain);
        // What the columns looked like is renewed with the calibration: drift is counted from here.
        var (fingerprint, reference) = Fitting.Survey(table, rows, plan, before.Provenance.Settings.Seed);
        var provenance = before.Provenance with
        {
            Made = DateTimeOffset.UtcNow,
            Verb = "recalibrate",
            Source = input.Name,
            Rows = rows.Length,
            Fingerprint = fingerprint,
            // These rows are normal, whatever share of the former ones was not.
            Settings = before.Provenance.Settings with { FalseAlarmRate = rate, Confidence = confidence, Contamination = null },
            Seconds = watch.Elapsed.TotalSeconds,
            History = [],
        };
        var detector = new DetectorFile(model, before.Plan, provenance.After(before.Provenance), reference);
        detector.Save(output);
        ModelCard.Of(detector, output).Print(terminal);
        return UserErrors.Success;
    }
}
