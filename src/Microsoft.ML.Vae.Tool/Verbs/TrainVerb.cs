using System.CommandLine;

namespace Microsoft.ML.Vae.Tool;

/// <summary>train: a model from the normal rows of a table.</summary>
internal sealed class TrainVerb : Verb
{
    private readonly DataOptions _data = new();
    private readonly FitOptions _fit = new();
    private readonly Option<string> _output = new("--out", "-o") { DefaultValueFactory = _ => "model.zip", Description = "the model, one file" };

    public TrainVerb() : base("train", "Train a model on the normal rows of a table; rows labelled as anomalies are left out.")
    {
        _data.AddTo(this);
        Add(_output);
        _fit.AddTo(this);
    }

    protected override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var (input, output) = (_data.Read(parsed), parsed.GetValue(_output)!);
        var table = input.ReadTable();
        var detector = Fitting.Run(table, NormalRows(table), _fit.Read(parsed), input.Name, terminal.Messages, before: null, cancellation);
        detector.Save(output);
        ModelCard.Of(detector, output).Print(terminal);
        return UserErrors.Success;
    }

    /// <summary>The rows that are not labelled as anomalies.</summary>
    public static int[] NormalRows(TextTable table) => [.. Enumerable.Range(0, table.RowCount).Where(r => !table.IsAnomaly[r])];
}
