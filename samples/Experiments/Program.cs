// What four papers report, measured again: one command each, or all of them.
using System.CommandLine;
using Experiments;

var full = new Option<bool>("--full") { Recursive = true, Description = "published sizes; the default is what two cores finish in minutes, and each row says so" };
var tiny = new Option<bool>("--tiny") { Recursive = true, Description = "generated data and sizes that take seconds: whether everything runs, not what it finds" };
var seeds = new Option<int?>("--seeds") { Recursive = true, Description = "repetitions; by default each experiment's own number" };
var output = new Option<DirectoryInfo>("--out") { Recursive = true, DefaultValueFactory = _ => new DirectoryInfo("experiments-out"), Description = "folder of finished runs, which are not trained again" };
var data = new Option<DirectoryInfo>("--data") { Recursive = true, DefaultValueFactory = _ => new DirectoryInfo("data"), Description = "folder of the data sets" };
var results = new Option<DirectoryInfo?>("--results") { Recursive = true, Description = "folder of EXPERIMENTS.md and its pictures; by default 'results' in the folder of finished runs" };
var only = new Option<string[]>("--only") { Recursive = true, AllowMultipleArgumentsPerToken = true, Description = $"parts of {Catalog.Parts(Catalog.All)}" };
var root = new RootCommand("Reproduces the experiments of Nakagawa et al. 2021, Kalatzis et al. 2020, Peste et al. 2017 and Chen et al. 2018.") { full, tiny, seeds, output, data, results, only };
foreach (var experiment in Catalog.All)
{
    var command = new Command(experiment.Name, $"{experiment.Source}: {experiment.Purpose}");
    command.SetAction(parsed => Bench.Run([experiment], Settings(parsed)));
    root.Add(command);
}
var all = new Command("all", "All of them, one after another; interrupted, it goes on where it stopped.");
all.SetAction(parsed => Bench.Run(Catalog.All, Settings(parsed)));
root.Add(all);
return root.Parse(args).Invoke();

StudySettings Settings(ParseResult parsed) => new(
    parsed.GetValue(tiny) ? StudySize.Tiny : parsed.GetValue(full) ? StudySize.Full : StudySize.Usual,
    parsed.GetValue(seeds), parsed.GetValue(output)!.FullName, parsed.GetValue(data)!.FullName, parsed.GetValue(results)?.FullName, parsed.GetValue(only));
