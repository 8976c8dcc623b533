using System.Globalization;

namespace Experiments.Nakagawa;

/// <summary>The anomaly table: the paper's plain VAE, the product's defaults, its best setting without labels, and scikit-learn's detectors.</summary>
internal sealed class AnomalyExperiment : IExperiment
{
    private static readonly (string Key, string Title)[] Ours = [("seed", "the paper's recipe"), ("default", "our defaults"), ("best", "our ensemble")];

    public string Name => "anomaly";

    public string Source => "Nakagawa et al. 2021";

    public string Purpose => "precision, recall and F1 on KDD Cup, its reverse, Thyroid and Arrhythmia";

    public IReadOnlyList<string> Parts => AnomalySet.Names;

    public Report Run(Study study)
    {
        AnomalySet[] sets = [.. AnomalySet.All(study).Where(s => study.Includes(s.Name))];
        study.Expect(sets.Sum(s => s.Seeds * 2));
        // The small sets first: whoever stops it has most of the table.
        var found = sets.AsEnumerable().Reverse().ToDictionary(set => set.Name, set => Judge(study, set));
        return new Report
        {
            Name = Name,
            Title = "one-class detection under the literature's protocol",
            Seeds = sets.Max(s => s.Seeds),
            Rows = [.. sets.SelectMany(set => Rows(set, found[set.Name]))],
            Results = [.. Ours.SelectMany((detector, d) => sets.Select(set => KeyValuePair.Create((detector.Key == "best" ? "f1_" : detector.Key + "_") + set.Name, Mean(found[set.Name][d], r => r.F1))))],
            Differs = "stratified halves, training on the normal half, a fixed share of test rows flagged (20, 20, 2.5, 15 %), as published; latent sizes, β and epochs of the paper's recipe are not published. "
                + $"Seeds: {string.Join(", ", sets.Select(s => $"{s.Name} {s.Seeds}"))}; the published table has 20.",
            Notes =
            [
                .. study.IsTiny ? [] : (string[])["70 % of KDD Cup's rows are exact repeats of an earlier one, so that any random split shares rows between training and test: its figures say little about new data, and a detector that remembers rows gains from it."],
                .. study.AtUsualSize(PipelineDetector.EnsembleNote, PipelineDetector.RecipeNote),
            ],
            Tables = [Table(study, sets, found)],
        };
    }

    // [detector of Ours][seed]; the defaults are the ensemble's first member, so that one run gives both.
    private static FlaggedShare[][] Judge(Study study, AnomalySet set)
    {
        int[] seeds = [.. Enumerable.Range(0, set.Seeds)];
        var recipe = seeds.Select(seed => study.Run($"{set.Name}-seed", seed, () =>
        {
            var (train, test) = set.Rows(seed).Split(seed);
            return FlaggedShare.Of(set.Recipe.Scores(train, test, seed), test.IsAnomaly, set.Share);
        }));
        var ours = seeds.Select(seed => study.Run($"{set.Name}-ours", seed, () =>
        {
            var (train, test) = set.Rows(seed).Split(seed);
            var (defaults, ensemble) = PipelineDetector.Scores(train, test, seed, study.IsTiny);
            return new[] { FlaggedShare.Of(defaults, test.IsAnomaly, set.Share), FlaggedShare.Of(ensemble, test.IsAnomaly, set.Share) };
        })).ToArray();
        return [[.. recipe], [.. ours.Select(o => o[0])], [.. ours.Select(o => o[1])]];
    }

    private static IEnumerable<ReportRow> Rows(AnomalySet set, FlaggedShare[][] found)
    {
        yield return ReportRow.Of($"F1 {set.Name}, the paper's recipe", set.Published[^1] ?? "", Mean(found[0], r => r.F1), set.Floor, double.PositiveInfinity, Spread(found[0]), "0.0000");
        yield return ReportRow.Free($"F1 {set.Name}, our defaults", "", $"{ReportRow.Text(Mean(found[1], r => r.F1), "0.0000")} {Spread(found[1])}");
        yield return ReportRow.Of($"F1 {set.Name}, our ensemble", "best " + ReportRow.Text(set.Best, "0.0000"), Mean(found[2], r => r.F1), set.Best, double.PositiveInfinity, Spread(found[2]), "0.0000");
    }

    private static string Table(Study study, IReadOnlyList<AnomalySet> sets, Dictionary<string, FlaggedShare[][]> found)
    {
        var rows = new List<string[]>();
        for (int p = 0; p < AnomalySet.Detectors.Length; p++) rows.Add([AnomalySet.Detectors[p] + " (published)", .. sets.Select(s => s.Published[p] is { } f1 ? $"F1 {f1}" : "")]);
        for (int d = 0; d < Ours.Length; d++)
            rows.Add([$"**{Ours[d].Title}**", .. sets.Select(s => $"{ReportRow.Text(Mean(found[s.Name][d], r => r.Precision), "0.0000")} / {ReportRow.Text(Mean(found[s.Name][d], r => r.Recall), "0.0000")} / **{ReportRow.Text(Mean(found[s.Name][d], r => r.F1), "0.0000")}** {Spread(found[s.Name][d])}")]);
        if (!study.IsTiny) rows.AddRange(Baselines(sets));
        return ResultsPage.Table(["precision / recall / F1 ± sd", .. sets.Select(s => s.Name)], rows);
    }

    // Made by baselines.py, once.
    private static IEnumerable<string[]> Baselines(IReadOnlyList<AnomalySet> sets)
    {
        using var reader = new StreamReader(typeof(AnomalyExperiment).Assembly.GetManifestResourceStream("baselines.csv")!);
        string[][] lines = [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2).Select(l => l.Split(','))];
        return lines.GroupBy(l => l[1]).Select(g => (string[])
        [
            $"{g.Key} (scikit-learn, {g.Min(l => int.Parse(l[2], CultureInfo.InvariantCulture))}–{g.Max(l => int.Parse(l[2], CultureInfo.InvariantCulture))} seeds)",
            .. sets.Select(s => g.FirstOrDefault(l => l[0] == s.Name) is { } l ? $"{l[3]} / {l[4]} / {l[5]} ± {l[6]}" : ""),
        ]);
    }

    private static double Mean(FlaggedShare[] runs, Func<FlaggedShare, double> value) => runs.Average(value);

    private static string? Spread(FlaggedShare[] runs) => Statistics.Spread([.. runs.Select(r => r.F1)], "0.0000");
}
