using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>Quality of the defaults on labelled sets, several splits each, beside peers on the same splits.</summary>
internal sealed class DetectionCommand
{
    private const string Ours = "MLVae";

    private readonly List<Judged> _judged = [];
    private readonly string _directory;
    private readonly string _python = "/usr/bin/python3";
    private readonly int _splits = 5, _seeds = 1;
    private readonly string[]? _only;
    private readonly string? _output;
    private readonly bool _withPeers = true, _isFull;

    private DetectionCommand(ReadOnlySpan<string> arguments)
    {
        _directory = arguments[0];
        for (int i = 1; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--splits": _splits = int.Parse(arguments[++i], CultureInfo.InvariantCulture); break;
                case "--seeds": _seeds = int.Parse(arguments[++i], CultureInfo.InvariantCulture); break;
                case "--only": _only = arguments[++i].Split(','); break;
                case "--python": _python = arguments[++i]; break;
                case "--out": _output = arguments[++i]; break;
                case "--no-peers": _withPeers = false; break;
                case "--full-kdd": _isFull = true; break;
                default: throw new ArgumentException($"'{arguments[i]}' is no option of detection.");
            }
        }
    }

    /// <summary>Runs on a folder of labelled files.</summary>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments.IsEmpty || !Directory.Exists(arguments[0]))
        {
            Console.Error.WriteLine("Expected: detection FOLDER [--splits 5] [--seeds 1] [--only thyroid,cover] [--no-peers] [--python PATH] [--out FILE.csv] [--full-kdd]");
            return 1;
        }
        new DetectionCommand(arguments).Run();
        return 0;
    }

    private void Run()
    {
        bool withPeers = _withPeers && DetectionPeers.AreThere(_python);
        foreach (var table in LabelledTable.All(_directory, _isFull, name => _only?.Contains(name) ?? true))
        {
            for (int split = 0; split < _splits; split++) Judge(table, split, withPeers);
            var (mean, seconds) = (Mean(Ours, table.Name), _judged.Where(j => j.Set == table.Name && j.Detector == Ours).Average(j => j.Seconds));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{table.Name,-18} AUROC {100 * mean.Auroc,6:F2}  AP {100 * mean.Ap,6:F2}  F1 {100 * mean.F1,6:F2}{Spread(table.Name)}  "
                + $"false alarms {100 * _judged.Where(j => j.Set == table.Name && j.Detector == Ours).Average(j => j.FalseAlarms):F2} %  {seconds:F1} s/fit"));
            if (_output is not null) File.WriteAllLines(_output, _judged.Select(j => string.Create(CultureInfo.InvariantCulture, $"{j.Detector},{j.Set},{j.Split},{j.Seed},{j.Auroc:F5},{j.Ap:F5},{j.F1:F5},{j.FalseAlarms:F5},{j.Seconds:F1}")).Prepend("detector,set,split,seed,auroc,ap,f1,false_alarms,seconds"));
        }
        if (_judged.Count == 0) throw new ArgumentException($"'{_directory}' holds no labelled set that was asked for.");
        PrintPeers();
        string[] sets = Sets();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"RESULT mean_auroc={sets.Average(s => Mean(Ours, s).Auroc):F4} mean_ap={sets.Average(s => Mean(Ours, s).Ap):F4} mean_f1={sets.Average(s => Mean(Ours, s).F1):F4}"));
    }

    private void Judge(LabelledTable table, int split, bool withPeers)
    {
        var rows = table.Split(split);
        for (int seed = 0; seed < _seeds; seed++)
        {
            var watch = Stopwatch.StartNew();
            var fit = VaeFit.Run(rows.Train, new VaeFitOptions { Training = new TrainingOptions { Seed = split + (1000 * seed) } });
            var detector = AnomalyModel.Calibrate(fit, LossEstimator.Default, falseAlarmRate: 0.05);
            double seconds = watch.Elapsed.TotalSeconds;
            var scores = detector.ScoreAll(rows.Test);
            Add(Ours, seed, DetectionMetrics.Compute(scores, rows.IsAnomaly, [.. scores.Select(s => s > detector.Threshold)]), seconds);
        }
        if (!withPeers) return;
        foreach (var (name, metrics) in DetectionPeers.Judge(_python, rows, split)) Add(name, 0, metrics, 0);

        void Add(string detector, int seed, DetectionMetrics m, double seconds) =>
            _judged.Add(new Judged(detector, table.Name, split, seed, m.AreaUnderRocCurve, m.AveragePrecision, m.F1AtCount, m.FalseAlarmRate, seconds));
    }

    private void PrintPeers()
    {
        string[] detectors = [.. _judged.Select(j => j.Detector).Distinct()], sets = Sets();
        if (detectors.Length == 1) return;
        Console.WriteLine($"{"detector",-24} {"AUROC",6} {"AP",6} {"F1",6}  {"rank",5} {"rank",5}  sets where we are above (AUROC, AP), our mean lead with its 95 % interval over sets");
        foreach (string d in detectors)
        {
            var means = sets.Select(s => Mean(d, s)).ToArray();
            string line = string.Create(CultureInfo.InvariantCulture,
                $"{d,-24} {100 * means.Average(m => m.Auroc),6:F2} {100 * means.Average(m => m.Ap),6:F2} {100 * means.Average(m => m.F1),6:F2}  {Rank(d, m => m.Auroc),5:F2} {Rank(d, m => m.Ap),5:F2}");
            if (d != Ours) line += $"  {Lead(d, m => m.Auroc)}  {Lead(d, m => m.Ap)}";
            Console.WriteLine(line);
        }

        double Rank(string detector, Func<Means, double> value) => sets.Average(s => 1 + detectors.Count(other => value(Mean(other, s)) > value(Mean(detector, s))));

        string Lead(string detector, Func<Means, double> value)
        {
            double[] leads = [.. sets.Select(s => 100 * (value(Mean(Ours, s)) - value(Mean(detector, s))))];
            var random = RandomStream.FromSeed(0);
            double[] bootstrap = [.. Enumerable.Range(0, 2000).Select(b => leads.Select((_, i) => leads[(int)(random.Split((ulong)b).Uniform(i) * leads.Length)]).Average()).Order()];
            return string.Create(CultureInfo.InvariantCulture, $"{leads.Count(l => l > 0)}/{leads.Length} {leads.Average():+0.00;-0.00} [{bootstrap[50]:+0.00;-0.00}, {bootstrap[1949]:+0.00;-0.00}]");
        }
    }

    private string[] Sets() => [.. _judged.Select(j => j.Set).Distinct()];

    private Means Mean(string detector, string set)
    {
        var all = _judged.Where(j => j.Detector == detector && j.Set == set).ToArray();
        return new Means(all.Average(j => j.Auroc), all.Average(j => j.Ap), all.Average(j => j.F1));
    }

    private string Spread(string set) => _seeds == 1 ? ""
        : string.Create(CultureInfo.InvariantCulture, $"  seeds ±{100 * SeedSpread(set, j => j.Auroc):F2}/{100 * SeedSpread(set, j => j.Ap):F2}");

    // Standard deviation over seeds of one split, averaged over splits.
    private double SeedSpread(string set, Func<Judged, double> value) => _judged.Where(j => j.Set == set && j.Detector == Ours).GroupBy(j => j.Split).Average(g =>
    {
        double mean = g.Average(value);
        return Math.Sqrt(g.Sum(j => Math.Pow(value(j) - mean, 2)) / (g.Count() - 1));
    });

    private sealed record Judged(string Detector, string Set, int Split, int Seed, double Auroc, double Ap, double F1, double FalseAlarms, double Seconds);

    private sealed record Means(double Auroc, double Ap, double F1);
}
