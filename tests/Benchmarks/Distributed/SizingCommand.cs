using System.Globalization;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>What a cluster would cost: constants measured here, a model of a round, the model beside 64 simulated hosts under the real coordinator, and what 10⁹ and 10¹⁰ rows take.</summary>
internal static class SizingCommand
{
    private const int Features = GeneratedRows.Features, Rows = 60_000, Steps = 300, SimulatedRounds = 12, Threads = 16, Shards = 1024;

    // Of training: the budget of large data.
    private const int Passes = 10;

    public static int Run()
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        GeneratedRows.Register();
        string folder = Directory.CreateTempSubdirectory("mlvae-sizing-").FullName;
        try
        {
            Measure(folder, out var model, out double scoring, out double reading);
            Console.WriteLine("hosts, virtual shards, local steps, seconds a round: model, simulated; share of waiting; million rows/s; MB a round");
            foreach (int localSteps in new[] { 64, 256, 1024 })
                foreach (int hosts in new[] { 1, 8, 64 }) Simulate(model, hosts, localSteps);
            foreach (double rows in new[] { 1e9, 1e10 })
                foreach (int hosts in new[] { 1, 8, 64 }) Price(model, scoring, reading, rows, hosts);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
        return 0;
    }

    // By processor time, so that neighbours on the machine count little.
    private static void Measure(string folder, out ClusterModel model, out double scoring, out double reading)
    {
        var job = new DistributedJob { Shards = [GeneratedRows.Shard(Rows)], Fit = new VaeFitOptions { Training = new TrainingOptions { Seed = 1, Steps = Steps } }, Distribution = new() { VirtualShards = 1, LocalSteps = Steps } };
        using var cluster = new TimedCluster();
        var result = new DistributedTraining(job, cluster).RunAsync().GetAwaiter().GetResult();
        int parameters = result.Model.Vae.Parameters.Values.Length;
        double round = cluster.Seconds[RoundWork.Kind] / (Steps * (double)job.Fit.Training.BatchSize);
        string binary = Path.Combine(folder, "rows"), csv = Path.Combine(folder, "rows.csv");
        BinaryRows.Write(new GeneratedRows(0, Rows), binary);
        WriteCsv(csv);
        double Score(Shard shard, string name) => Timed(() => new DistributedScoring(result.Model, [shard], Path.Combine(folder, name), cluster).RunAsync().GetAwaiter().GetResult()) / Rows;
        var (fromBinary, fromCsv) = (Score(Shard.Binary(binary), "a"), Score(Shard.Csv(csv), "b"));
        double Read(Shard shard) => Timed(() => { using var worker = new ShardWorker(new ShardWorkerOptions { Threads = 1 }); worker.Run(new ShardTask(0, [new TaskMember(0, [shard])], new RowFacts(1, 0.2, [], 0, CorruptShards.Stop), SurveyWork.Order([]))); }) / Rows;
        var (surveyBinary, surveyCsv) = (Read(Shard.Binary(binary)), Read(Shard.Csv(csv)));
        model = new ClusterModel(round, Join(parameters), parameters, job.Fit.Training.BatchSize);
        (scoring, reading) = (fromBinary, surveyBinary);
        Console.WriteLine($"{Features} features, {parameters} parameters, one core, rows a second: training {1 / round:f0}; scoring from binary rows {1 / fromBinary:f0}, from CSV {1 / fromCsv:f0}; survey of binary rows {1 / surveyBinary:f0}, of CSV {1 / surveyCsv:f0}");
        Console.WriteLine($"the coordinator joins {1 / model.JoinSeconds / 1e6:f0} MB a second; of a host {parameters * ClusterModel.BytesDown / 1e6:f2} MB go down a round and {parameters * ClusterModel.BytesUp / 1e6:f2} MB come up");
    }

    private static double Timed(Action action)
    {
        var before = Environment.CpuUsage.TotalTime;
        action();
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }

    // Unpacking a message and adding its sum to another.
    private static double Join(int parameters)
    {
        const int Times = 20;
        var values = new double[(3 * parameters) + RoundWork.Losses];
        byte[] message = new ShardResult(new Packet(RoundWork.Kind, "", [], [[1.0], values])).ToBytes();
        var sum = new WeightedSum(1, values);
        return Timed(() =>
        {
            for (int i = 0; i < Times; i++) sum = PairwiseSum.Of([sum, RoundWork.Read(ShardResult.FromBytes(message))]);
        }) / Times / message.Length;
    }

    private static void Simulate(ClusterModel model, int hosts, int localSteps)
    {
        var job = new DistributedJob
        {
            Shards = [GeneratedRows.Shard(1L << 40)],
            Fit = new VaeFitOptions { ReferenceRows = 50, Training = new TrainingOptions { Seed = 1, Steps = SimulatedRounds * localSteps, ValidationInterval = int.MaxValue, Schedule = LearningRateSchedule.Cosine } },
            Distribution = new() { VirtualShards = Shards, LocalSteps = localSteps },
        };
        var cluster = new SimulatedCluster(model, hosts, Threads, 1_000_000, Features, seed: 1);
        new DistributedTraining(job, cluster).RunAsync().GetAwaiter().GetResult();
        cluster.Finish();
        double seconds = cluster.Rounds.Seconds / cluster.Rounds.Count, predicted = model.RoundSeconds(hosts, Threads, Shards, localSteps);
        Console.WriteLine($"{hosts} x {Threads} threads, {Shards}, {localSteps}, {predicted:f3}, {seconds:f3} ({(predicted / seconds) - 1:+0.0%;-0.0%}); {1 - (cluster.Rounds.Work / hosts / cluster.Rounds.Seconds):p0}; "
            + $"{(double)Shards * localSteps * model.BatchSize / seconds / 1e6:f2}; {model.RoundBytes(hosts) / 1e6:f0}");
    }

    private static void Price(ClusterModel model, double scoring, double reading, double rows, int hosts)
    {
        const int LocalSteps = 256;
        double rounds = Passes * 0.8 * rows / ((double)Shards * LocalSteps * model.BatchSize), training = rounds * model.RoundSeconds(hosts, Threads, Shards, LocalSteps), cores = hosts * (double)Threads;
        Console.WriteLine($"{rows:e0} rows on {hosts} x {Threads} threads, {LocalSteps} local steps: survey {reading * rows / cores / 60:f1} min, training {training / 3600:f2} h ({training / 3600 * cores:f0} core hours), scoring {scoring * rows / cores / 60:f1} min; "
            + $"{rounds:f0} rounds, {rounds * model.RoundBytes(hosts) / 1e12:f2} TB through the coordinator; rows in memory {rows * 0.8 * Features * sizeof(float) / 1e9 / hosts:f0} GB a host");
    }

    private static void WriteCsv(string path)
    {
        var (rows, weights) = (new float[Rows * Features], new float[Rows]);
        using (var reader = new GeneratedRows(0, Rows).Read(null)) reader.Fill(rows, weights);
        File.WriteAllLines(path, rows.Chunk(Features).Select(r => string.Join(',', r.Select(v => v.ToString("g6", CultureInfo.InvariantCulture)))).Prepend(string.Join(',', Enumerable.Range(0, Features).Select(i => $"f{i}"))));
    }

    // One worker of one thread, and its processor time by kind of task.
    private sealed class TimedCluster : IShardCluster, IDisposable
    {
        private readonly ShardWorker _worker = new(new ShardWorkerOptions { Threads = 1 });

        public Dictionary<string, double> Seconds { get; } = [];

        public ClusterSize Size => new(1, 1);

        public Task<ShardResult> RunAsync(ShardTask task, CancellationToken cancellation)
        {
            ShardResult? result = null;
            double seconds = Timed(() => result = _worker.Run(task, cancellation));
            Seconds[task.Kind] = Seconds.GetValueOrDefault(task.Kind) + seconds;
            return Task.FromResult(result!);
        }

        public void Dispose() => _worker.Dispose();
    }
}
