using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Vae;
using Microsoft.ML.Vae.Core;
using Spectre.Console;

/// <summary>Tunes on several splits, and tells whether that was worth while.</summary>
internal sealed class TuningReport(IAnsiConsole console)
{
    private const int TrialsShown = 12;

    public void Print(TextTable table, TuningSettings settings, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        var (defaults, tuned) = (new List<DetectionMetrics>(), new List<DetectionMetrics>());
        int better = 0;
        for (int seed = 0; seed < settings.Splits && !cancellation.IsCancellationRequested; seed++)
        {
            var split = new TableSplit(table, seed);
            var ml = new MLContext(seed);
            var (start, best) = Search(ml, split, settings, seed, cancellation);
            if (best is null || start is null) break;
            if (best.Loss < start.Loss) better++;
            var judge = new Judge(ml, split);
            defaults.AddRange(judge.Metrics(start.Setting, settings.Steps, Enumerable.Range(0, settings.Seeds)));
            tuned.AddRange(judge.Metrics(best.Setting, settings.Steps, Enumerable.Range(0, settings.Seeds)));
            console.WriteLine($"split {seed}: density {start.Outcome?.LogDensity:F3} -> {best.Outcome?.LogDensity:F3} nats by {Describe(best.Setting)}");
        }
        if (defaults.Count == 0) throw new InvalidOperationException("The search was stopped before it found anything.");
        Compare(defaults, tuned);
        console.WriteLine($"RESULT default_auroc={defaults.Average(m => m.AreaUnderRocCurve):F4} tuned_auroc={tuned.Average(m => m.AreaUnderRocCurve):F4} default_ap={defaults.Average(m => m.AveragePrecision):F4} "
            + $"tuned_ap={tuned.Average(m => m.AveragePrecision):F4} denser_splits={better}/{settings.Splits} seconds={watch.Elapsed.TotalSeconds:F1}");
    }

    // The default is trained in full beside the search, which may have dropped it early; it stays where nothing is better.
    private (Trial<VaeSearchOptions>? Default, Trial<VaeSearchOptions>? Best) Search(MLContext ml, TableSplit split, TuningSettings settings, int seed, CancellationToken cancellation)
    {
        var objective = DensityObjective.Of(ml, split.Table, split.Plan, split.TrainRows, seed);
        var space = new VaeSearchSpace(Math.Min(objective.FeatureCount, VaeFitOptions.DefaultMaximumLatents));
        var search = Searches.Create(ml, settings, seed);
        if (seed == 0) console.WriteLine($"{split.TrainRows.Count} training rows of {objective.FeatureCount} features, {search.Name}, no label read");
        var trials = search.Run(objective.Evaluate, space, cancellation);
        if (seed == 0) Print(trials);
        if (cancellation.IsCancellationRequested) return (null, null);
        var start = Trial.Run(trials.Count, space.Default, settings.Steps, objective.Evaluate, cancellation);
        return (start, Trial.Best([start, .. trials]) ?? throw new InvalidOperationException($"No setting could be trained: {start.Failure}"));
    }

    private void Print(IReadOnlyList<Trial<VaeSearchOptions>> trials)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("trial", "steps", "latents", "β", "width", "layers", "rate", "log-density", "isometry error", "loss", "s");
        foreach (var t in trials.OrderByDescending(t => t.Steps).ThenBy(t => t.Loss).Take(TrialsShown))
            table.AddRow(new[]
            {
                $"{t.Id}", $"{t.Steps}", $"{t.Setting.LatentDimension}", $"{t.Setting.KlWeight:F2}", $"{t.Setting.Width}", $"{t.Setting.Layers}", $"{t.Setting.LearningRate:G2}",
                $"{t.Outcome?.LogDensity:F3}", $"{t.Outcome?.IsometryError:F3}", t.Failure ?? $"{t.Loss:F3}", $"{t.Seconds:F1}",
            }.Select(Markup.Escape).ToArray());
        console.Write(table);
        console.WriteLine($"{trials.Count} trials, {trials.Sum(t => (long)t.Steps)} steps, {trials.Count(t => t.Failure is not null)} failed");
    }

    private void Compare(List<DetectionMetrics> defaults, List<DetectionMetrics> tuned)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("labels of the test rows", "default", "tuned", "difference", "better / same / worse");
        void Row(string name, Func<DetectionMetrics, double> of) => table.AddRow(
            name, $"{defaults.Average(of):F4}", $"{tuned.Average(of):F4}", $"{tuned.Average(of) - defaults.Average(of):+0.0000;-0.0000}",
            string.Join(" / ", new[] { 1, 0, -1 }.Select(sign => defaults.Zip(tuned).Count(p => of(p.Second).CompareTo(of(p.First)) == sign))));
        Row("AUROC", m => m.AreaUnderRocCurve);
        Row("average precision", m => m.AveragePrecision);
        Row("F1 at the true count", m => m.F1AtCount);
        console.Write(table);
    }

    private static string Describe(VaeSearchOptions o) => $"{o.LatentDimension} latents, β {o.KlWeight:F2}, {o.Layers} × {o.Width}, rate {o.LearningRate:G2}";
}
