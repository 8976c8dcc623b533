// Tunes a VAE without labels: held-out density and isometry choose latent dimension, β, widths and learning rate. Labels only judge the choice afterwards.
using System.CommandLine;
using Microsoft.ML;
using Microsoft.ML.Vae;
using Microsoft.ML.Vae.Core;
using Spectre.Console;

var csv = new Option<string?>("--csv") { Description = "CSV file, .gz too; without it the program makes its own data" };
var label = new Option<string>("--label") { DefaultValueFactory = _ => "label", Description = "column that tells anomalies from normal rows, read after the search" };
var positive = new Option<string?>("--positive") { Description = "value of that column that marks an anomaly" };
var splits = new Option<int>("--splits") { DefaultValueFactory = _ => 3, Description = "random splits into training and test rows, each tuned anew" };
var seeds = new Option<int>("--seeds") { DefaultValueFactory = _ => 2, Description = "trainings per split that judge a setting" };
var steps = new Option<int>("--steps") { DefaultValueFactory = _ => 2500, Description = "steps of a full training" };
var configurations = new Option<int>("--configurations") { DefaultValueFactory = _ => 27, Description = "settings that successive halving begins with" };
var search = new Option<string>("--search") { DefaultValueFactory = _ => Searches.Default, Description = "halving or automl (needs Microsoft.ML.AutoML)" };
search.AcceptOnlyFromAmong(Searches.Names);
var root = new RootCommand("Hyper-parameters without labels.") { csv, label, positive, splits, seeds, steps, configurations, search };
root.SetAction(async (parsed, cancellation) =>
{
    var settings = new TuningSettings(parsed.GetValue(splits), parsed.GetValue(seeds), parsed.GetValue(steps), parsed.GetValue(configurations), parsed.GetValue(search)!);
    return await Task.Run(() => UserErrors.Guard(() => Tune(parsed.GetValue(csv), parsed.GetValue(label)!, parsed.GetValue(positive), settings, cancellation)), CancellationToken.None);
});
return await root.Parse(args).InvokeAsync();

static int Tune(string? csv, string label, string? positive, TuningSettings settings, CancellationToken cancellation)
{
    const int Normal = 2000, Anomalies = 100;
    var directory = Directory.CreateTempSubdirectory("mlvae-tune-");
    try
    {
        string path = csv ?? Path.Combine(directory.FullName, "generated.csv");
        if (csv is null) GeneratedData.Create(Normal, Anomalies, RandomStream.FromSeed(0)).Save(path);
        var console = AnsiConsole.Console;
        // A pipe has no width of its own; 80 columns would break the table.
        if (!console.Profile.Capabilities.Interactive) console.Profile.Width = 140;
        new TuningReport(console).Print(TextTable.Read(new DataSource(path, label, positive)), settings, cancellation);
        return 0;
    }
    finally
    {
        directory.Delete(recursive: true);
    }
}

/// <summary>How much is tried.</summary>
internal sealed record TuningSettings(int Splits, int Seeds, int Steps, int Configurations, string Search);
