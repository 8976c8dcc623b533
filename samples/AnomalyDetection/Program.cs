// The main job: rows in, a VAE trained on the normal ones, calibrated scores and decisions with reasons out, the model saved and loaded again.
using System.CommandLine;
using Microsoft.ML.Vae.Core;
using Spectre.Console;

var csv = new Option<string?>("--csv") { Description = "CSV file, .gz too; without it the program makes its own data" };
var label = new Option<string>("--label") { DefaultValueFactory = _ => "label", Description = "column that tells anomalies from normal rows" };
var positive = new Option<string?>("--positive") { Description = "value of that column that marks an anomaly" };
var noHeader = new Option<bool>("--no-header") { Description = "the file has no header; --columns names its columns" };
var columns = new Option<string?>("--columns") { Description = "file with the column names, separated by commas or lines" };
var rate = new Option<double>("--false-alarm-rate") { DefaultValueFactory = _ => 0.05, Description = "share of normal rows that may be flagged" };
var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 0, Description = "fixes split, weights and noise" };
var output = new Option<DirectoryInfo>("--out") { DefaultValueFactory = _ => new DirectoryInfo("out"), Description = "directory for the model and the pictures" };
var model = new Option<string?>("--model") { Description = "saved model.zip to judge on the test rows, instead of training one" };
var root = new RootCommand("Anomaly detection with a variational autoencoder in ML.NET.") { csv, label, positive, noHeader, columns, rate, seed, output, model };
root.SetAction(parsed => UserErrors.Guard(() =>
{
    double alarms = parsed.GetValue(rate);
    if (!(alarms > 0 && alarms < 1)) throw new UserErrorException($"--false-alarm-rate is {alarms}: expected a share between 0 and 1.");
    if (parsed.GetValue(noHeader) != (parsed.GetValue(columns) is not null)) throw new UserErrorException("--no-header and --columns FILE go together.");
    return parsed.GetValue(csv) is { } path
        ? Detect(new DataSource(path, parsed.GetValue(label)!, parsed.GetValue(positive), parsed.GetValue(columns)), parsed.GetValue(seed), alarms, parsed.GetValue(output)!, parsed.GetValue(model))
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
        return Detect(new DataSource(path, "label"), seed, falseAlarmRate, output, model);
    }
    finally
    {
        directory.Delete(recursive: true);
    }
}

static int Detect(DataSource source, int seed, double falseAlarmRate, DirectoryInfo output, string? model)
{
    const int Top = 8;
    var console = AnsiConsole.Console;
    // A pipe has no width of its own; 80 columns would break the table.
    if (!console.Profile.Capabilities.Interactive) console.Profile.Width = 140;
    var file = CsvFile.Scan(source);
    Console.WriteLine($"{file.IsAnomaly.Length} rows, {file.NumericColumns.Length} numeric and {file.CategoricalColumns.Length} categorical columns, {file.IsAnomaly.Count(a => a)} anomalies");
    if (file.ConstantColumns.Count > 0) Console.WriteLine($"note: {file.ConstantColumns.Count} columns are constant and carry nothing: {string.Join(", ", file.ConstantColumns)}");
    using var split = new CsvSplit(file, seed);
    Console.WriteLine($"training on {split.TrainRows} normal rows, testing on {split.TestRows} rows");
    var experiment = Experiment.Run(file, split, seed, falseAlarmRate, console, Top, model);
    new Report(console, falseAlarmRate).Print(experiment, output, new Detector(experiment.Ml, file).Load, split.TestPath);
    var m = experiment.Rows.Metrics;
    Console.WriteLine($"RESULT auroc={m.AreaUnderRocCurve:F4} ap={m.AveragePrecision:F4} f1_at_count={m.F1AtCount:F4} false_alarm_rate={m.FalseAlarmRate:F4} seconds={experiment.Seconds:F1}");
    return 0;
}
