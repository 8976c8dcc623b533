using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>Quality where values are missing at random in training and test rows alike, beside the same model and the nearest neighbours on rows filled by means.</summary>
internal sealed class MissingCommand
{
    private const string Ours = "MLVae", Filled = "MLVae, filled by means", Neighbours = "5th neighbour, filled by means";

    private static readonly double[] Shares = [0, 0.1, 0.3, 0.5];

    // By what was judged: a stop may leave a part of a split in the file, which is then judged again.
    private readonly ConcurrentDictionary<(string Detector, string Set, int Split, double Share), Judged> _judged = [];
    private readonly string _directory;
    private readonly int _splits = 2, _jobs = 2;
    private readonly string[]? _only;
    private readonly string? _results, _output;

    private MissingCommand(ReadOnlySpan<string> arguments)
    {
        _directory = arguments[0];
        for (int i = 1; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--splits": _splits = int.Parse(arguments[++i], CultureInfo.InvariantCulture); break;
                case "--jobs": _jobs = int.Parse(arguments[++i], CultureInfo.InvariantCulture); break;
                case "--only": _only = arguments[++i].Split(','); break;
                case "--results": _results = arguments[++i]; break;
                case "--out": _output = arguments[++i]; break;
                default: throw new ArgumentException($"'{arguments[i]}' is no option of missing.");
            }
        }
        if (File.Exists(_output)) foreach (var judged in File.ReadLines(_output).Select(Judged.Parse).Where(j => j.Split < _splits)) _judged[judged.Key] = judged;
    }

    /// <summary>Runs on a folder of labelled files.</summary>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments.IsEmpty || !Directory.Exists(arguments[0]))
        {
            Console.Error.WriteLine("Expected: missing FOLDER [--splits 2] [--jobs 2] [--only thyroid,cardio] [--out FILE.csv] [--results RESULTS.md]; what FILE.csv holds already is not run again");
            return 1;
        }
        new MissingCommand(arguments).Run();
        return 0;
    }

    private void Run()
    {
        LabelledTable[] tables = [.. LabelledTable.All(_directory, isFull: false, name => _only?.Contains(name) ?? true)];
        var work = from table in tables from split in Enumerable.Range(0, _splits) from share in Shares select (table, split, share);
        Parallel.ForEach(work, new ParallelOptions { MaxDegreeOfParallelism = _jobs }, w => Judge(w.table, w.split, w.share));
        string[] lines = [.. Table(), "", .. Sets(tables)];
        foreach (string line in lines) Console.WriteLine(line);
        if (_results is { } path)
        {
            ResultsFile.Write(path, "Missing values",
            [
                $"`dotnet run -c Release --project tests/Benchmarks -- missing DIR --splits {_splits} --results RESULTS.md`: values are removed at random, of training and test rows alike (one value of each row stays); half of the normal rows train. "
                + $"AUROC / average precision, means of {_splits} splits; in brackets the false-alarm rate on normal test rows, where 5 % were asked for. The product's defaults, with the bank; the same on rows whose gaps the training means fill; the distance to the fifth nearest training row on rows filled so, scaled to [0, 1].",
                "", .. lines,
            ]);
        }
    }

    private void Judge(LabelledTable table, int split, double share)
    {
        if (_judged.ContainsKey((Neighbours, table.Name, split, share))) return;
        var rows = table.Split(split);
        var random = RandomStream.FromSeed(split).Split(0x47415053);
        var (train, test) = (Gaps.Remove(rows.Train, share, random.Split(0)), Gaps.Remove(rows.Test, share, random.Split(1)));
        var (filledTrain, filledTest) = (Gaps.FillByMean(train, train), Gaps.FillByMean(test, train));
        Detect(Ours, train, test);
        if (share > 0) Detect(Filled, filledTrain, filledTest);
        Add(Neighbours, DetectionMetrics.Compute(NeighbourDistance.Scores(filledTrain, filledTest), rows.IsAnomaly));
        Console.WriteLine($"{table.Name}, split {split}, {100 * share} %: " + string.Join("; ", _judged.Values.Where(j => (j.Set, j.Split, j.Share) == (table.Name, split, share)).Select(j => $"{j.Detector} {Text(j)}")));

        void Detect(string detector, MatrixRows known, MatrixRows judged)
        {
            var fit = VaeFit.Run(known, new VaeFitOptions { Training = new TrainingOptions { Seed = split } }, control: new TrainingControl { Threads = 1 });
            var model = AnomalyModel.Calibrate(fit, LossEstimator.Default, falseAlarmRate: 0.05);
            var scores = model.ScoreAll(judged);
            Add(detector, DetectionMetrics.Compute(scores, rows.IsAnomaly, [.. scores.Select(s => s > model.Threshold)]));
        }

        void Add(string detector, DetectionMetrics m)
        {
            var judged = new Judged(detector, table.Name, split, share, m.AreaUnderRocCurve, m.AveragePrecision, detector == Neighbours ? double.NaN : m.FalseAlarmRate);
            _judged[judged.Key] = judged;
            lock (_judged)
                if (_output is { } path) File.AppendAllLines(path, [judged.ToString()]);
        }
    }

    private IEnumerable<string> Table()
    {
        yield return $"| missing | {Ours} | {Filled} | {Neighbours} |";
        yield return "|---|---|---|---|";
        foreach (double share in Shares)
            yield return $"| {100 * share} % | {Mean(Ours, share, null)} | {Mean(share > 0 ? Filled : Ours, share, null)} | {Mean(Neighbours, share, null)} |";
    }

    private IEnumerable<string> Sets(LabelledTable[] tables)
    {
        yield return "| set | " + string.Join(" | ", Shares.SelectMany(s => s > 0 ? new[] { $"{100 * s} %, {Ours}", "filled", "neighbour" } : [$"{Ours}", "neighbour"])) + " |";
        yield return "|---|" + string.Concat(Enumerable.Repeat("---|", (3 * Shares.Length) - 1));
        foreach (var table in tables)
            yield return $"| {table.Name} | " + string.Join(" | ", Shares.SelectMany(s => (s > 0 ? new[] { Ours, Filled, Neighbours } : [Ours, Neighbours]).Select(d => Mean(d, s, table.Name)))) + " |";
    }

    private string Mean(string detector, double share, string? set)
    {
        var all = _judged.Values.Where(j => j.Detector == detector && j.Share == share && (set is null || j.Set == set)).ToArray();
        return Text(new Judged(detector, "", 0, share, all.Average(j => j.Auroc), all.Average(j => j.Ap), all.Average(j => j.FalseAlarms)));
    }

    private static string Text(Judged j) => string.Create(CultureInfo.InvariantCulture, $"{100 * j.Auroc:F1}/{100 * j.Ap:F1}{(double.IsNaN(j.FalseAlarms) ? "" : $" ({100 * j.FalseAlarms:F1})")}");

    private sealed record Judged(string Detector, string Set, int Split, double Share, double Auroc, double Ap, double FalseAlarms)
    {
        private const char Separator = ';';

        public (string, string, int, double) Key => (Detector, Set, Split, Share);

        public static Judged Parse(string line) => line.Split(Separator) is [var detector, var set, .. var numbers] && Array.ConvertAll(numbers, n => double.Parse(n, CultureInfo.InvariantCulture)) is [var split, var share, var auroc, var ap, var alarms]
            ? new Judged(detector, set, (int)split, share, auroc, ap, alarms)
            : throw new FormatException($"'{line}' is no line of missing.");

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Detector}{Separator}{Set}{Separator}{Split}{Separator}{Share}{Separator}{Auroc}{Separator}{Ap}{Separator}{FalseAlarms}");
    }
}
