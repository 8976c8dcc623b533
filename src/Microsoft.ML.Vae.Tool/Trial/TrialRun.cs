using System.Diagnostics;

namespace Microsoft.ML.Vae.Tool;

/// <summary>Trains on the normal rows of a random half of a table, judges the other half, saves the model and judges what was saved.</summary>
internal sealed class TrialRun(Terminal terminal, FitSettings settings)
{
    // Drawn where there are more to compare; a reloaded model that differs at all differs in each.
    private const int Top = 8, ComparedRows = 10_000;

    public void Run(TextTable table, string source, string? modelPath, DirectoryInfo output, CancellationToken cancellation)
    {
        var console = terminal.Data;
        // A model judges tables as it was taught to read them.
        var given = modelPath is null ? null : DetectorFile.Load(modelPath);
        var split = new TableSplit(table, settings.Seed, plan: given?.Plan.For(table.Names));
        Describe(split);
        var watch = Stopwatch.StartNew();
        var detector = given is null ? Fitting.Run(table, split.TrainRows, settings, source, terminal.Messages, before: null, cancellation)
            : given.WithFalseAlarmRate(settings.FalseAlarmRate);
        var rows = Score(detector, split, split.TestRows, Top);
        double seconds = watch.Elapsed.TotalSeconds;
        var judgement = new Judgement(console, detector, rows);
        judgement.Print();
        if (given is null) Save(detector, rows, split, output);
        console.Out(judgement.Result(seconds));
    }

    private static ScoredRows Score(DetectorFile detector, TableSplit split, IReadOnlyList<int> tested, int top)
    {
        var ml = new MLContext();
        return ScoredRows.Read(ml.Transforms.VaeDetector(detector.Model).Transform(split.View(ml, tested)), top);
    }

    private void Describe(TableSplit split)
    {
        var (console, table, plan) = (terminal.Data, split.Table, split.Plan);
        int Count(SourceKind kind) => plan.Columns.Count(c => c.Kind == kind);
        console.Out($"{table.RowCount} rows, {Count(SourceKind.Number)} numeric and {Count(SourceKind.Category)} categorical columns{(Count(SourceKind.Date) > 0 ? $", {Count(SourceKind.Date)} of dates" : "")}, "
            + (table.LabelIndex < 0 ? "no labels: every row is taken for normal" : $"{table.IsAnomaly.Count(a => a)} anomalies"));
        if (plan.LeftOut.Count > 0) console.Out($"left out: {string.Join(", ", plan.LeftOut)}");
        foreach (string note in plan.Notes) console.Out($"note: {note}");
        console.Out($"training on {split.TrainRows.Count} normal rows, testing on {split.TestRows.Count} rows");
    }

    // Saved whole or not at all, then loaded as another program would, and compared to the bit.
    private void Save(DetectorFile detector, ScoredRows rows, TableSplit split, DirectoryInfo output)
    {
        string path = Path.Combine(output.FullName, "model.zip");
        output.Create();
        detector.Save(path);
        int[] places = [.. RandomStream.FromSeed(settings.Seed).Permutation(rows.Scores.Count).Take(ComparedRows)];
        var again = Score(DetectorFile.Load(path), split, [.. places.Select(i => split.TestRows[i])], 0);
        if (!again.Scores.SequenceEqual(places.Select(i => rows.Scores[i]))) throw new InvalidDataException("The reloaded model scores differently.");
        Pictures.Save(output.FullName, detector.Provenance.History, rows, detector.Model.Threshold);
        terminal.Data.Out($"saved and reloaded with equal scores: {path}; beside it the pictures learning-curve.svg, scores.svg");
    }
}
