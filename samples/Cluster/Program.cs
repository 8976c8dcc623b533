// A cluster of silos: on this machine with one command, on real machines with the verbs silo, train and score.
using System.CommandLine;

var silos = new Option<int>("--silos") { DefaultValueFactory = _ => 2, Description = "silo processes on this machine" };
var threads = new Option<int>("--threads") { DefaultValueFactory = _ => 1, Description = "threads of each silo's worker" };
var rows = new Option<long?>("--rows") { Description = "rows to generate and train on, and as many to score; 1,000,000, with --compare 10,000,000, with --kills 20,000" };
var shards = new Option<int>("--shards") { DefaultValueFactory = _ => 8, Description = "files of each data set, and virtual shards of the training" };
var steps = new Option<int>("--steps") { DefaultValueFactory = _ => 1000, Description = "training steps of each virtual shard; 0: as many as the library takes" };
var compare = new Option<bool>("--compare") { Description = "one silo against all of them, by turns" };
var turns = new Option<int>("--turns") { DefaultValueFactory = _ => 2, Description = "turns of each with --compare" };
var kills = new Option<int>("--kills") { Description = "runs in each of which a random silo is killed at a random moment" };
var seed = new Option<int>("--seed") { Description = "draws victims and moments of --kills" };
var work = new Option<string?>("--work") { Description = "folder for data, states, logs and outputs; a temporary one, which is removed" };
var root = new RootCommand("Trains and scores on a cluster of silo processes.") { silos, threads, rows, shards, steps, compare, turns, kills, seed, work };
root.SetAction((parsed, cancellation) => Task.Run(() => UserErrors.Guard(() =>
{
    bool isKept = parsed.GetValue(work) is not null;
    string folder = Path.GetFullPath(parsed.GetValue(work) ?? Directory.CreateTempSubdirectory("mlvae-cluster-").FullName);
    try
    {
        long count = parsed.GetValue(rows) ?? (parsed.GetValue(compare) ? 10_000_000 : parsed.GetValue(kills) > 0 ? 20_000 : 1_000_000);
        var setting = new Setting { Silos = parsed.GetValue(silos), Threads = parsed.GetValue(threads), Rows = count, Shards = parsed.GetValue(shards), Steps = parsed.GetValue(steps), Folder = folder, Cancellation = cancellation };
        // A small network in short rounds: what is tested is who does the work, and when.
        if (parsed.GetValue(kills) > 0) return Kills.RunAsync(setting with { Widths = [32], LocalSteps = 20 }, parsed.GetValue(kills), parsed.GetValue(seed)).GetAwaiter().GetResult();
        return (parsed.GetValue(compare) ? Comparison.RunAsync(setting, parsed.GetValue(turns)) : Demonstration.RunAsync(setting)).GetAwaiter().GetResult();
    }
    finally
    {
        if (!isKept) Directory.Delete(folder, recursive: true);
    }
})));

// Where a real cluster is: each option may come from the environment too, as MLVAE_POSTGRES and so on.
var folderOption = new Option<string?>("--folder") { DefaultValueFactory = _ => Environment.GetEnvironmentVariable("MLVAE_FOLDER"), Description = "folder that all silos of one machine share" };
var postgres = new Option<string?>("--postgres") { DefaultValueFactory = _ => Environment.GetEnvironmentVariable("MLVAE_POSTGRES"), Description = "connection string of a database made by deploy/postgresql.sql" };
var certificate = new Option<string?>("--certificate") { DefaultValueFactory = _ => Environment.GetEnvironmentVariable("MLVAE_CERTIFICATE"), Description = "the cluster's certificate with its key, a PFX file" };
var open = new Option<bool>("--no-tls") { Description = "connections in the clear" };
var cluster = new Option<string>("--cluster") { DefaultValueFactory = _ => Environment.GetEnvironmentVariable("MLVAE_CLUSTER") ?? "vae", Description = "name of the cluster" };
Option[] place = [folderOption, postgres, certificate, open, cluster];
ClusterPlace Place(ParseResult parsed, string? address = null) => new ClusterPlace
{
    Folder = parsed.GetValue(folderOption),
    Postgres = parsed.GetValue(postgres),
    Certificate = parsed.GetValue(certificate),
    Name = parsed.GetValue(cluster)!,
}.Validated(parsed.GetValue(open), address);

var name = new Option<string?>("--name") { Description = "what people call the silo; the machine's name" };
var address = new Option<string?>("--address") { DefaultValueFactory = _ => Environment.GetEnvironmentVariable("MLVAE_ADDRESS"), Description = "where other silos find it" };
var siloPort = new Option<int>("--silo-port") { DefaultValueFactory = _ => 11111, Description = "for silos" };
var gatewayPort = new Option<int>("--gateway-port") { DefaultValueFactory = _ => 30000, Description = "for clients" };
var siloThreads = new Option<int>("--threads") { Description = "threads of the worker; 0: all processors" };
var followInput = new Option<bool>("--follow-input") { Description = "ends with the standard input" };
var silo = new Command("silo", "Takes part in a cluster until it is stopped.") { name, address, siloPort, gatewayPort, siloThreads, followInput };
foreach (var option in place) silo.Add(option);
silo.SetAction((parsed, cancellation) => GuardAsync(async () =>
{
    var program = new SiloProgram { Place = Place(parsed, parsed.GetValue(address)), Address = parsed.GetValue(address), SiloPort = parsed.GetValue(siloPort), GatewayPort = parsed.GetValue(gatewayPort), Threads = parsed.GetValue(siloThreads) };
    await (parsed.GetValue(name) is { } given ? program with { Name = given } : program).RunAsync(parsed.GetValue(followInput), cancellation);
}));

var files = new Option<string[]>("--shards") { Required = true, AllowMultipleArgumentsPerToken = true, Description = "files that all silos see: .csv, or binary rows" };
var model = new Option<string>("--model") { Required = true, Description = "file of the detector" };
var rate = new Option<double>("--false-alarm-rate") { DefaultValueFactory = _ => 0.05, Description = "share of normal rows that may be flagged" };
var virtualShards = new Option<int?>("--virtual-shards") { Description = "parts that train side by side" };
var skip = new Option<bool>("--skip-corrupt") { Description = "leaves out shards that cannot be read, and names them" };
var train = new Command("train", "Trains a detector on shards.") { files, model, rate, virtualShards, skip };
var output = new Option<string>("--output") { Required = true, Description = "folder that all silos see, for files of scores" };
var score = new Command("score", "Scores shards to files, exactly once.") { files, model, output, skip };
foreach (var option in place)
{
    train.Add(option);
    score.Add(option);
}
train.SetAction((parsed, cancellation) => GuardAsync(() => RealCluster.TrainAsync(
    Place(parsed), parsed.GetValue(files)!, parsed.GetValue(model)!, parsed.GetValue(rate), parsed.GetValue(virtualShards), parsed.GetValue(skip), cancellation)));
score.SetAction((parsed, cancellation) => GuardAsync(() => RealCluster.ScoreAsync(Place(parsed), parsed.GetValue(files)!, parsed.GetValue(model)!, parsed.GetValue(output)!, parsed.GetValue(skip), cancellation)));

var file = new Argument<string>("file") { Description = "PFX file to write" };
var newCertificate = new Command("certificate", "Makes a certificate for a cluster.") { file };
newCertificate.SetAction(parsed => UserErrors.Guard(() =>
{
    ClusterCertificate.Create(parsed.GetValue(file)!);
    return UserErrors.Success;
}));
foreach (var verb in new[] { silo, train, score, newCertificate }) root.Add(verb);
// A job that is interrupted keeps its state, and a silo leaves its cluster, before the process ends.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });

static Task<int> GuardAsync(Func<Task> body) => Task.Run(() => UserErrors.Guard(() =>
{
    body().GetAwaiter().GetResult();
    return UserErrors.Success;
}));
