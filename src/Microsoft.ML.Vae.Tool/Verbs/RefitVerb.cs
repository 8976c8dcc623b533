using System.CommandLine;

namespace Microsoft.ML.Vae.Tool;

/// <summary>refit: training goes on from a model, on the rows that count now.</summary>
internal sealed class RefitVerb : Verb
{
    private readonly Argument<string> _model = new("model") { Description = "the model to go on from" };
    private readonly DataOptions _data = new();
    private readonly FitOptions _fit = new();
    private readonly Option<string?> _output = new("--out", "-o") { Description = "the new model; without it the old one is replaced" };

    public RefitVerb() : base("refit", "Go on training a model on the rows that count now: columns, network and scaling stay; weights, known rows and calibration follow the rows.")
    {
        Add(_model);
        _data.AddTo(this);
        Add(_output);
        _fit.AddTo(this);
    }

    protected override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        string path = parsed.GetValue(_model)!, output = parsed.GetValue(_output) ?? path;
        var before = DetectorFile.Load(path);
        // A recalibration's rows were normal, which says nothing of the rows to train on.
        var settings = before.Provenance.Settings with { Contamination = before.Provenance.LastTraining.Settings.Contamination };
        var input = _data.Read(parsed);
        var table = input.ReadTable();
        var detector = Fitting.Run(table, TrainVerb.NormalRows(table), _fit.Read(parsed, settings), input.Name, terminal.Messages, before, cancellation);
        detector.Save(output);
        ModelCard.Of(detector, output).Print(terminal);
        return UserErrors.Success;
    }
}
