using System.Globalization;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>Whole training steps, inference and products of all contestants, interleaved in one run, so that a busy machine slows all alike.</summary>
internal sealed class CompareCommand(CompareOptions options)
{
    private const string Share = "share_";

    private static readonly (int Rows, int Columns, int Steps)[] Products = [(100, 784, 200), (100, 200, 784), (1024, 121, 60), (512, 512, 512)];

    private readonly int[] _threadCounts = options.ProcessorTime ? [1] : [1, 2];
    private readonly List<IContestant> _contestants = [];
    private readonly Dictionary<(string Contestant, string Task), List<double>> _rates = [];
    private readonly List<double> _given = [];

    public int Run()
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        if (options.JobsOnly)
        {
            Console.WriteLine($"RESULT {string.Join(' ', JobsCommand.Run(options).Select(j => $"{j.Key}_seconds={j.Value:f1}"))}");
            return 0;
        }
        Enter();
        double peak = MachinePeak.Gigaflops();
        Console.WriteLine($"Peak of one core {peak:f0} GFLOP/s; {options.Rounds} rounds of {options.Seconds} s, medians, per second of {(options.ProcessorTime ? "processor" : "wall-clock")} time.");
        var workloads = Workload.All.Where(w => options.Only.Count == 0 || options.Only.Contains(w.Name)).ToArray();
        for (int round = 0; round < options.Rounds; round++) Round(workloads);
        string result = Report(workloads, peak);
        if (options.Profile) StepProfile.Print(workloads, _contestants.OfType<EngineContestant>().Where(IsManaged), peak);
        string jobs = options.Jobs.Count == 0 ? "" : string.Concat(JobsCommand.Run(options).Select(j => $" {j.Key}_seconds={j.Value:f1}"));
        Console.WriteLine(result + jobs);
        foreach (var contestant in _contestants) contestant.Dispose();
        return 0;
    }

    private void Enter()
    {
        foreach (int threads in _threadCounts) _contestants.Add(new EngineContestant(ManagedEngine.Factory, threads, options.ProcessorTime));
        _contestants.Add(new EngineContestant(PlainEngine.Factory, _threadCounts[^1], options.ProcessorTime));
#if TORCHSHARP
        foreach (int threads in _threadCounts) _contestants.Add(new EngineContestant(TorchSharp.TorchSharpEngine.Factory, threads, options.ProcessorTime));
#endif
        if (!options.Peers) return;
        foreach (int threads in _threadCounts)
            foreach (var (foreachAdam, channelsLast) in new[] { (false, false), (true, false), (false, true) })
            {
                var peer = new PeerProcess(options, threads, foreachAdam, channelsLast);
                Console.WriteLine($"{peer.Name}: {peer.Setup}");
                _contestants.Add(peer);
            }
    }

    private void Round(IReadOnlyList<Workload> workloads)
    {
        foreach (var workload in workloads)
            foreach (var contestant in _contestants.Where(c => workload.Image is not null || !IsForImages(c)))
            {
                AddTraining(contestant, workload);
                if (workload.Name != "T32") Add(contestant, "infer_" + workload.Name, contestant.InferenceRowsPerSecond(workload, options.Seconds));
            }
        foreach (var (rows, columns, steps) in Products)
            foreach (var contestant in _contestants.Where(c => (c is PeerProcess && !IsForImages(c)) || IsManaged(c)))
                Add(contestant, Product(rows, columns, steps), contestant.ProductGigaflops(rows, columns, steps, options.Seconds / 4));
    }

    // Beside each turn, what all threads multiply then.
    private void AddTraining(IContestant contestant, Workload workload)
    {
        int threads = _threadCounts[^1];
        double before = MachinePeak.AtThisMoment(threads), rate = contestant.TrainingStepsPerSecond(workload, options.Seconds), after = MachinePeak.AtThisMoment(threads);
        Add(contestant, workload.Name, rate);
        Add(contestant, Share + workload.Name, rate * workload.FlopPerStep * 2e-9 / (before + after));
        _given.Add((before + after) / 2);
    }

    private string Report(IReadOnlyList<Workload> workloads, double peak)
    {
        foreach (var workload in workloads)
        {
            Console.WriteLine($"\n{workload.Name}: {workload.Features} → {string.Join('-', workload.Widths)} → {workload.Latents}, batch {workload.BatchSize}, {workload.FlopPerStep / 1e6:f1} MFLOP a step");
            foreach (var contestant in _contestants.Where(c => _rates.ContainsKey((c.Name, workload.Name))))
            {
                double rate = Median(contestant.Name, workload.Name), gigaflops = rate * workload.FlopPerStep / 1e9;
                Console.WriteLine($"  {contestant.Name,-32} {rate,9:f0} steps/s {rate * workload.BatchSize / 1e3,9:f0} thousand rows/s {gigaflops,7:f1} GFLOP/s {gigaflops / peak,5:f2} of a core's peak"
                    + (options.ProcessorTime ? "" : $", {Median(contestant.Name, Share + workload.Name):f2} of what {_threadCounts[^1]} threads had")
                    + (workload.Name == "T32" ? "" : $"   inference {Median(contestant.Name, "infer_" + workload.Name) / 1e3,8:f0} thousand rows/s"));
            }
            if (options.Peers)
                Console.WriteLine($"  {_threadCounts[^1]} cores that did nothing but multiply, at their peak, would be {_threadCounts[^1] * peak * 1e9 / workload.FlopPerStep / Best(workload.Name, c => c is PeerProcess):f1} times the peer's best");
        }
        if (!options.ProcessorTime) Console.WriteLine($"\n{_threadCounts[^1]} threads had {Median(_given):f0} GFLOP/s, {_given.Min():f0} to {_given.Max():f0}");
        Console.WriteLine("\nProducts, GFLOP/s (ours on one thread)");
        foreach (var (rows, columns, steps) in Products)
            Console.WriteLine($"  [{rows}×{steps}]·[{steps}×{columns}]: " + string.Join(", ", _contestants.Where(c => _rates.ContainsKey((c.Name, Product(rows, columns, steps))))
                .Select(c => $"{c.Name} {Median(c.Name, Product(rows, columns, steps)):f0}")));
        long allocated = _contestants.OfType<EngineContestant>().First().AllocatedBytes;
        var tasks = workloads.Select(w => w.Name).Concat(workloads.Where(w => w.Name != "T32").Select(w => "infer_" + w.Name));
        // A second of processor time is of one core at its peak; a second on the clock of what the machine gave beside it.
        var shares = workloads.Select(w => $"share_{w.Name}={(options.ProcessorTime ? Best(w.Name, IsManaged) * w.FlopPerStep / (1e9 * peak) : Best(Share + w.Name, IsManaged)):f2}");
        return $"RESULT {string.Join(' ', tasks.Select(t => $"{t}={Ratio(t):f2}").Concat(shares))} alloc={allocated}";
    }

    // Best set-up against best set-up: one or two threads for us and the peer, any of the peer's optimisers and layouts.
    private double Ratio(string task)
    {
        double peer = Best(task, c => c is PeerProcess);
        return peer == 0 ? double.NaN : Best(task, IsManaged) / peer;
    }

    private double Best(string task, Func<IContestant, bool> which) => _contestants.Where(c => which(c) && _rates.ContainsKey((c.Name, task))).Select(c => Median(c.Name, task)).DefaultIfEmpty(0).Max();

    private static bool IsManaged(IContestant contestant) => contestant.Name.StartsWith(ManagedEngine.Factory.Name, StringComparison.Ordinal);

    private static bool IsForImages(IContestant contestant) => contestant is PeerProcess { ImagesOnly: true };

    private static string Product(int rows, int columns, int steps) => $"{rows}x{columns}x{steps}";

    private void Add(IContestant contestant, string task, double rate)
    {
        if (!_rates.TryGetValue((contestant.Name, task), out var list)) _rates[(contestant.Name, task)] = list = [];
        list.Add(rate);
    }

    private double Median(string contestant, string task) => Median(_rates[(contestant, task)]);

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
