using System.Diagnostics;

namespace Experiments;

/// <summary>Runs experiments, prints their tables and RESULT lines, and writes the page of results.</summary>
internal static class Bench
{
    private const string Reports = "reports", Whole = "whole";

    public static int Run(IReadOnlyList<IExperiment> experiments, StudySettings settings)
    {
        string[] unknown = [.. (settings.Only ?? []).Except(experiments.SelectMany(e => e.Parts))];
        if (unknown.Length > 0)
        {
            Console.Error.WriteLine($"Unknown part '{string.Join("', '", unknown)}': expected {(experiments.Any(e => e.Parts.Count > 0) ? $"parts of {Catalog.Parts(experiments)}" : "no parts, for there are none here")}.");
            return 1;
        }
        var (kept, watch, times) = (new KeptRuns(settings), Stopwatch.StartNew(), new Dictionary<string, RunTime>());
        bool isInOnePiece = kept.IsEmpty;
        int failed = 0;
        foreach (var experiment in experiments.Where(e => settings.Only is not { Count: > 0 } only || e.Parts.Intersect(only).Any()))
        {
            try
            {
                var report = RunProgress.Show(experiment.Name, progress => Run(experiment, new Study(experiment.Name, settings, progress)));
                foreach (var (run, time) in report.RunTimes) times[run] = time;
                Print(experiment, report);
                // A part says less than the whole that is there already.
                if (report.LeftOut.Count > 0 && kept.Find<Report>(Reports, experiment.Name) is { LeftOut.Count: 0 }) Console.Error.WriteLine($"{experiment.Name}: the page keeps the whole experiment, of which this is a part.");
                else Keep(kept, settings, report);
            }
            catch (Exception missing) when (missing is MissingDataException or InvalidDataException)
            {
                Console.Error.WriteLine($"{experiment.Name}: {missing.Message}");
                failed++;
            }
        }
        if (isInOnePiece && failed == 0)
        {
            kept.Put(Reports, Whole, new WholeTime(watch.Elapsed.TotalMinutes, Environment.ProcessorCount, times));
            WritePage(kept, settings);
        }
        return failed == 0 ? 0 : 1;
    }

    private static Report Run(IExperiment experiment, Study study)
    {
        var report = experiment.Run(study);
        return report with { RunTimes = study.Times, LeftOut = study.LeftOut, Size = study.Size };
    }

    private static void Print(IExperiment experiment, Report report)
    {
        Console.WriteLine($"{experiment.Name}: {report.Title} ({experiment.Source})");
        foreach (var row in report.Rows) Console.WriteLine($"  {row.Quantity,-46} published {row.Published,-14} ours {row.Ours,-20} {row.Band,-16} {row.Verdict}");
        foreach (string table in report.Tables) Console.WriteLine(table);
        Console.WriteLine(report.ResultLine);
    }

    private static void Keep(KeptRuns kept, StudySettings settings, Report report)
    {
        kept.Put(Reports, report.Name, report);
        foreach (var picture in report.Pictures) picture.Figure?.Save(Path.Combine(Folder(settings), picture.File));
        WritePage(kept, settings);
    }

    private static void WritePage(KeptRuns kept, StudySettings settings)
    {
        var reports = Catalog.All.Select(e => kept.Find<Report>(Reports, e.Name)).OfType<Report>();
        File.WriteAllText(Path.Combine(Folder(settings), "EXPERIMENTS.md"), ResultsPage.Write([.. reports], kept.Find<WholeTime>(Reports, Whole)));
    }

    private static string Folder(StudySettings settings) => Directory.CreateDirectory(settings.Results ?? Path.Combine(settings.Out, "results")).FullName;
}
