using System.Diagnostics;
using Spectre.Console;

/// <summary>Several data sets, several splits, defaults alone: the mean quality, by one command.</summary>
internal static class Suite
{
    // KDD is cut to a size at which five splits take minutes; its attacks are the norm and its "normal." rows the anomalies, as in the literature.
    private const int KddNormal = 12_000, KddAnomalous = 3_000;

    public static int Run(string directory, int splits, double falseAlarmRate, IAnsiConsole console)
    {
        var watch = Stopwatch.StartNew();
        var table = new Table().Border(TableBorder.Minimal).AddColumns("set", "rows", "AUROC", "AP", "F1 at count", "false alarms", "s/fit");
        var means = new List<(double AreaUnderRocCurve, double Ap, double F1)>();
        foreach (var (name, source, sample) in Sets(directory))
        {
            var file = TextTable.Read(source);
            var runs = Enumerable.Range(0, splits).Select(seed => Split(file, seed, sample, falseAlarmRate)).ToArray();
            double Mean(Func<Experiment, double> value) => runs.Average(value);
            means.Add((Mean(r => r.Rows.Metrics.AreaUnderRocCurve), Mean(r => r.Rows.Metrics.AveragePrecision), Mean(r => r.Rows.Metrics.F1AtCount)));
            table.AddRow(
                name, (sample is null ? file.RowCount : KddNormal + KddAnomalous).ToString(), $"{means[^1].AreaUnderRocCurve:F4}", $"{means[^1].Ap:F4}", $"{means[^1].F1:F4}",
                $"{Mean(r => r.Rows.Metrics.FalseAlarmRate):F3}", $"{Mean(r => r.Seconds):F1}");
            Console.WriteLine($"{name}: AUROC {means[^1].AreaUnderRocCurve:F4}, AP {means[^1].Ap:F4}, F1 {means[^1].F1:F4} ({watch.Elapsed.TotalSeconds:F0} s)");
        }
        if (means.Count == 0) throw new UserErrorException($"'{directory}' holds no data set.");
        console.Write(table);
        Console.WriteLine($"RESULT mean_auroc={means.Average(m => m.AreaUnderRocCurve):F4} mean_ap={means.Average(m => m.Ap):F4} mean_f1={means.Average(m => m.F1):F4}");
        return 0;
    }

    private static Experiment Split(TextTable file, int seed, (int, int)? sample, double falseAlarmRate)
    {
        return Experiment.Run(new TableSplit(file, seed, sample), seed, falseAlarmRate, AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null), Interactive = InteractionSupport.No }), 0);
    }

    // Every labelled CSV of the directory and of its folder "suite".
    private static IEnumerable<(string Name, DataSource Source, (int, int)? Sample)> Sets(string directory)
    {
        if (!Directory.Exists(directory)) throw new UserErrorException($"There is no directory '{directory}'.");
        string nested = Path.Combine(directory, "suite"), columns = Path.Combine(directory, "kddcup99_columns.txt");
        foreach (string path in new[] { directory, nested }.Where(Directory.Exists).SelectMany(d => Directory.EnumerateFiles(d, "*.csv.gz").Order(StringComparer.Ordinal)))
        {
            string name = Path.GetFileName(path)[..^".csv.gz".Length];
            if (name == "kddcup99_10pct") yield return ("kddcup", new DataSource(path, "label", "normal.", columns), (KddNormal, KddAnomalous));
            else if (TextTable.HasColumn(path, "label")) yield return (name, new DataSource(path, "label"), null);
        }
    }
}
