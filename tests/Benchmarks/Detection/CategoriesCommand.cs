using System.Globalization;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>Quality on tables with categories: columns as they were understood, beside the same rows with every feature a Gaussian, and the nearest neighbours.</summary>
internal sealed class CategoriesCommand
{
    private const string Ours = "by kinds", Gaussian = "all Gaussian", Neighbours = "5th neighbour, one-hot";

    // As LabelledTable cuts it: its attacks are the norm, its seven text columns categories and flags.
    private const string Kdd = "kddcup99_10pct";
    private const int KddNormal = 12_000, KddAnomalous = 3_000;

    private readonly List<Judged> _judged = [];
    private readonly string[] _folders;
    private readonly int _splits = 3;
    private readonly string? _results;

    private CategoriesCommand(string[] arguments)
    {
        var folders = new List<string>();
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--splits") _splits = int.Parse(arguments[++i], CultureInfo.InvariantCulture);
            else if (arguments[i] == "--results") _results = arguments[++i];
            else folders.Add(arguments[i]);
        }
        _folders = [.. folders];
    }

    /// <summary>Runs on folders of files with a column named label.</summary>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        var command = new CategoriesCommand(arguments.ToArray());
        if (command._folders.Length == 0 || !Array.TrueForAll(command._folders, Directory.Exists))
        {
            Console.Error.WriteLine("Expected: categories FOLDER… [--splits 3] [--results RESULTS.md]");
            return 1;
        }
        command.Run();
        return 0;
    }

    private void Run()
    {
        foreach (string path in _folders.SelectMany(Directory.EnumerateFiles).Where(f => f.EndsWith(".csv", StringComparison.Ordinal) || f.EndsWith(".csv.gz", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(path).Split('.')[0];
            bool isKdd = name == Kdd;
            var source = isKdd ? new DataSource(path, "label", "normal.", Path.Combine(Path.GetDirectoryName(path)!, "kddcup99_columns.txt")) : new DataSource(path);
            if (!isKdd && !TextTable.HasColumn(path, DataSource.DefaultLabel)) continue;
            var table = TextTable.Read(source);
            if (!TablePlan.Of(table).Columns.Any(c => c.Kind == SourceKind.Category)) continue;
            for (int split = 0; split < _splits; split++) Judge(isKdd ? "kddcup" : name, table, split, isKdd ? (KddNormal, KddAnomalous) : null);
        }
        if (_judged.Count == 0) throw new ArgumentException("The folders hold no labelled table with categories.");
        string[] lines = [.. Table()];
        foreach (string line in lines) Console.WriteLine(line);
        if (_results is { } file)
        {
            ResultsFile.Write(file, "Categories",
            [
                $"`dotnet run -c Release --project tests/Benchmarks -- categories DIR… --splits {_splits} --results RESULTS.md`: tables of text as they come, read by `TextTable` and understood by `TablePlan`; half of the normal rows train. AUROC / average precision, means of {_splits} splits. "
                + "By kinds: the product's defaults. All Gaussian: the same features, one-hot, each a Gaussian. The distance to the fifth nearest training row: the same features scaled to [0, 1], gaps filled by means.",
                "", .. lines,
            ]);
        }
    }

    private void Judge(string name, TextTable table, int split, (int Normal, int Anomalous)? sample)
    {
        var random = RandomStream.FromSeed(split).Split(0x53504C54);
        var (normal, anomalous) = (Halves.Of(table.IsAnomaly, false, random.Split(0), sample?.Normal), Halves.Of(table.IsAnomaly, true, random.Split(1), sample?.Anomalous));
        int[] train = [.. normal.Train.Order()], test = [.. normal.Test.Concat(anomalous.Test).Order()];
        bool[] isAnomaly = [.. test.Select(r => table.IsAnomaly[r])];
        var plan = TablePlan.Of(table, train);
        MatrixRows known = Encode(train), judged = Encode(test);
        Detect(Ours, plan.FeatureColumns);
        Detect(Gaussian, null);
        var (filled, filledTest) = (Gaps.FillByMean(known, known), Gaps.FillByMean(judged, known));
        Add(Neighbours, NeighbourDistance.Scores(filled, filledTest));

        MatrixRows Encode(int[] rows) => new(rows.SelectMany(r => plan.Encode(table, r)).ToArray(), plan.FeatureCount);

        void Detect(string detector, IReadOnlyList<FeatureColumn>? columns)
        {
            var fit = VaeFit.Run(known, new VaeFitOptions { Columns = columns, Training = new TrainingOptions { Seed = split } }, plan.FeatureNames);
            Add(detector, AnomalyModel.Calibrate(fit, LossEstimator.Default, falseAlarmRate: 0.05).ScoreAll(judged));
        }

        void Add(string detector, IReadOnlyList<float> scores)
        {
            var m = DetectionMetrics.Compute(scores, isAnomaly);
            _judged.Add(new Judged(detector, name, m.AreaUnderRocCurve, m.AveragePrecision));
            Console.WriteLine($"{name}, split {split}, {detector}: {Text(m.AreaUnderRocCurve, m.AveragePrecision)}");
        }
    }

    private IEnumerable<string> Table()
    {
        string[] detectors = [Ours, Gaussian, Neighbours], sets = [.. _judged.Select(j => j.Set).Distinct()];
        yield return $"| set | {string.Join(" | ", detectors)} |";
        yield return "|---|---|---|---|";
        foreach (string set in sets) yield return $"| {set} | {string.Join(" | ", detectors.Select(d => Mean(j => j.Detector == d && j.Set == set)))} |";
        yield return $"| **mean** | {string.Join(" | ", detectors.Select(d => Mean(j => j.Detector == d)))} |";
    }

    private string Mean(Func<Judged, bool> which)
    {
        var all = _judged.Where(which).ToArray();
        return Text(all.Average(j => j.Auroc), all.Average(j => j.Ap));
    }

    private static string Text(double auroc, double ap) => string.Create(CultureInfo.InvariantCulture, $"{100 * auroc:F1}/{100 * ap:F1}");

    private sealed record Judged(string Detector, string Set, double Auroc, double Ap);
}
