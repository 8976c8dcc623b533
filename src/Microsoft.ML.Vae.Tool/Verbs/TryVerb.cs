using System.CommandLine;

namespace Microsoft.ML.Vae.Tool;

/// <summary>try: trains on the normal rows of a random half, judges the other half.</summary>
internal sealed class TryVerb : Verb
{
    private const int Normal = 6000, Anomalies = 150;

    private readonly Option<string?> _csv = new("--csv") { Description = "CSV file, .gz too; without it the program makes its own data" };
    private readonly Option<string?> _label = new("--label") { Description = "column that tells anomalies from normal rows; without it 'label', or no labels where there is no such column" };
    private readonly Option<string?> _positive = new("--positive") { Description = "value of that column that marks an anomaly" };
    private readonly Option<bool> _noHeader = new("--no-header") { Description = "the file has no header; --columns names its columns" };
    private readonly Option<string?> _columns = new("--columns") { Description = "file with the column names, separated by commas or lines" };
    private readonly Option<bool> _missingness = new("--include-missingness") { Description = "that a value is missing may itself be the anomaly" };
    private readonly Option<double> _rate = new("--false-alarm-rate") { DefaultValueFactory = _ => 0.05, Description = "share of normal rows that may be flagged" };
    private readonly Option<int> _seed = new("--seed") { DefaultValueFactory = _ => 0, Description = "fixes split, weights and noise" };
    private readonly Option<DirectoryInfo> _output = new("--out") { DefaultValueFactory = _ => new DirectoryInfo("out"), Description = "directory for the model and the pictures" };
    private readonly Option<string?> _model = new("--model") { Description = "saved model to judge on the test rows, instead of training one" };

    public TryVerb() : base("try", "Train on the normal rows of a random half of a table, and judge the other half.", answers: false)
    {
        foreach (Option option in (Option[])[_csv, _label, _positive, _noHeader, _columns, _missingness, _rate, _seed, _output, _model]) Add(option);
    }

    protected override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        double rate = FitOptions.Share(parsed.GetValue(_rate), "--false-alarm-rate")!.Value;
        if (parsed.GetValue(_noHeader) != (parsed.GetValue(_columns) is not null)) throw new UserErrorException("--no-header and --columns FILE go together.");
        var settings = new FitSettings(parsed.GetValue(_seed), rate, IncludeMissingness: parsed.GetValue(_missingness));
        var table = parsed.GetValue(_csv) is { } path
            ? TextTable.Read(new DataSource(path, parsed.GetValue(_label), parsed.GetValue(_positive), parsed.GetValue(_columns)))
            : Generated(terminal, settings.Seed);
        new TrialRun(terminal, settings).Run(table, parsed.GetValue(_csv) ?? "generated", parsed.GetValue(_model), parsed.GetValue(_output)!, cancellation);
        return UserErrors.Success;
    }

    private static TextTable Generated(Terminal terminal, int seed)
    {
        var directory = Directory.CreateTempSubdirectory("mlvae-generated-");
        try
        {
            string path = Path.Combine(directory.FullName, "generated.csv");
            GeneratedData.Create(Normal, Anomalies, RandomStream.FromSeed(seed)).Save(path);
            terminal.Data.Out($"No --csv given: {Normal} rows of {GeneratedData.Sensors} sensors near a curved surface, and {Anomalies} anomalies of three kinds.");
            return TextTable.Read(new DataSource(path, DataSource.DefaultLabel));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
