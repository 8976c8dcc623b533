// The main job: rows in, a VAE trained on the normal ones, calibrated scores and decisions with reasons out, the model saved and loaded again.
using System.CommandLine;
using Microsoft.ML.Vae.Core;
using Spectre.Console;

var csv = new Option<string?>("--csv") { Description = "CSV file, .gz too; without it the program makes its own data" };
var label = new Option<string?>("--label") { Description = "column that tells anomalies from normal rows; without it 'label', or no labels where there is no such column" };
var positive = new Option<string?>("--positive") { Description = "value of that column that marks an anomaly" };
var noHeader = new Option<bool>("--no-header") { Description = "the file has no header; --columns names its columns" };
var columns = new Option<string?>("--columns") { Description = "file with the column names, separated by commas or lines" };
var missingness = new Option<bool>("--include-missingness") { Description = "that a value is missing may itself be the anomaly" };
var rate = new Option<double>("--false-alarm-rate") { DefaultValueFactory = _ => 0.05, Description = "share of normal rows that may be flagged" };
var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 0, Description = "fixes split, weights and noise" };
var output = new Option<DirectoryInfo>("--out") { DefaultValueFactory = _ => new DirectoryInfo("out"), Description = "directory for the model and the pictures" };
var model = new Option<string?>("--model") { Description = "saved model.zip to judge on the test rows, instead of training one" };
var root = new RootCommand("Anomaly detection with a variational autoencoder in ML.NET.") { csv, label, positive, noHeader, columns, missingness, rate, seed, output, model };
root.SetAction(parsed => UserErrors.Guard(() =>
{
    double alarms = parsed.GetValue(rate);
    if (!(alarms > 0 && alarms < 1)) throw new UserErrorException($"--false-alarm-rate is {alarms}: expected a share between 0 and 1.");
    if (parsed.GetValue(noHeader) != (parsed.GetValue(columns) is not null)) throw new UserErrorException("--no-header and --columns FILE go together.");
    return parsed.GetValue(csv) is { } path
        ? Detect(new DataSource(path, parsed.GetValue(label), parsed.GetValue(positive), parsed.GetValue(columns)), parsed.GetValue(seed), alarms, parsed.GetValue(output)!, parsed.GetValue(model), parsed.GetValue(missingness))
        : DetectGenerated(parsed.GetValue(seed), alarms, parsed.GetValue(output)!, parsed.GetValue(model));
}));
return root.Parse(args).Invoke();

static int DetectGenerated(int seed, double falseAlarmRate, DirectoryInfo output, string? model)
{
    const int Normal = 6000, Anomalies = 150;
    var directory = Directory.CreateTempSubdirectory("mlvae-generated-");
    try
    {
        string path = Path.Combine(directory.FullName, "generated.csv");
        GeneratedData.Create(Normal, Anomalies, RandomStream.FromSeed(seed)).Save(path);
        Console.WriteLine($"No --csv given: {Normal} rows of {GeneratedData.Sensors} sensors near a curved surface, and {Anomalies} anomalies of three kinds.");
        return Detect(new DataSource(path, DataSource.DefaultLabel), seed, falseAlarmRate, output, model);
    }
    finally
    {
        directory.Delete(recursive: true);
    }
}

static int Detect(DataSource source, int seed, double falseAlarmRate, DirectoryInfo output, string? model, bool includesMissingness = false)
{
    const int Top = 8;
    var console = AnsiConsole.Console;
    // A pipe has no width of its own; 80 columns would break the table.
    if (!console.Profile.Capabilities.Interactive) console.Profile.Width = 140;
    var table = TextTable.Read(source);
    // A model judges tables as it was taught to read them.
    string? planPath = model is null ? null : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(model))!, "table.json");
    var split = new TableSplit(table, seed, plan: File.Exists(planPath) ? TablePlanFile.Load(planPath) : null, includesMissingness: includesMissingness);
    var plan = split.Plan;
    Console.WriteLine($"{table.RowCount} rows, {plan.Columns.Count(c => c.Kind == SourceKind.Number)} numeric and {plan.Columns.Count(c => c.Kind == SourceKind.Category)} categorical columns"
        + $"{(plan.Columns.Any(c => c.Kind == SourceKind.Date) ? $", {plan.Columns.Count(c => c.Kind == SourceKind.Date)} of dates" : "")}, "
        + (table.LabelIndex < 0 ? "no labels: every row is taken for normal" : $"{table.IsAnomaly.Count(a => a)} anomalies"));
    if (plan.LeftOut.Count > 0) Console.WriteLine($"left out: {string.Join(", ", plan.LeftOut)}");
    foreach (string note in plan.Notes) Console.WriteLine($"note: {note}");
    Console.WriteLine($"training on {split.TrainRows.Count} normal rows, testing on {split.TestRows.Count} rows");
    var experiment = Experiment.Run(split, seed, falseAlarmRate, console, Top, model);
    new Report(console, falseAlarmRate).Print(experiment, output, places => split.View(experiment.Ml, [.. places.Select(p => split.TestRows[p])]), plan);
    var rows = experiment.Rows;
    Console.WriteLine(rows.IsLabelled
        ? $"RESULT auroc={rows.Metrics.AreaUnderRocCurve:F4} ap={rows.Metrics.AveragePrecision:F4} f1_at_count={rows.Metrics.F1AtCount:F4} false_alarm_rate={rows.FalseAlarmRate:F4} seconds={experiment.Seconds:F1}"
        : $"RESULT rows={rows.Scores.Count} flagged={rows.Decisions.Count(d => d)} seconds={experiment.Seconds:F1}");
    return 0;
}
