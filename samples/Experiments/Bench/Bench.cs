namespace Experiments;

/// <summary>Runs experiments, prints their tables and RESULT lines, and writes the page of results.</summary>
internal static class Bench
{
    private const string Reports = "reports";

    public static int Run(IReadOnlyList<IExperiment> experiments, StudySettings settings)
    {
        var kept = new KeptRuns(Path.Combine(settings.Out, settings.Size.ToString().ToLowerInvariant()));
        int failed = 0;
        foreach (var experiment in experiments)
        {
            try
            {
                var report = RunProgress.Show(experiment.Name, progress => Run(experiment, new Study(experiment.Name, settings, progress)));
                Print(experiment, report);
                // A part says less than the whole that is there already.
                if (report.LeftOut.Count > 0 && kept.Find<Report>(Reports, experiment.Name) is { LeftOut.Count: 0 }) Console.Error.WriteLine($"{experiment.Name}: the page keeps the whole experiment, of which this is a part.");
                else Keep(kept, settings, report);
            }
            catch (MissingDataException missing)
            {
                Console.Error.WriteLine($"{experiment.Name}: {missing.Message}");
                failed++;
            }
        }
        return failed == 0 ? 0 : 1;
    }

    private static Report Run(IExperiment experiment, Study study)
    {
        var report = experiment.Run(study);
        return report with { RunMinutes = study.Minutes, LeftOut = study.LeftOut, Size = study.Size };
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
        string folder = settings.Results ?? Path.Combine(settings.Out, "results");
        Directory.CreateDirectory(folder);
        foreach (var picture in report.Pictures) picture.Figure?.Save(Path.Combine(folder, picture.File));
        var reports = Catalog.All.Select(e => kept.Find<Report>(Reports, e.Name)).OfType<Report>();
        File.WriteAllText(Path.Combine(folder, "EXPERIMENTS.md"), ResultsPage.Write([.. reports]));
    }
}
