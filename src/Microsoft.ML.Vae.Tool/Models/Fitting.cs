using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Spectre.Console;

namespace Microsoft.ML.Vae.Tool;

/// <summary>Trains a detector on rows of a table.</summary>
internal static class Fitting
{
    // Quantiles of a thousand rows are known to a hundredth of the distribution.
    private const int ReferenceRows = 1000;

    /// <summary>Trains on the given rows, or goes on from a model.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rows">Those to train on: normal ones, unless the settings declare a contamination.</param>
    /// <param name="settings">What is asked for.</param>
    /// <param name="source">Name of the table, for the provenance.</param>
    /// <param name="messages">Where progress and warnings go.</param>
    /// <param name="before">The model to go on from; null: from the beginning.</param>
    /// <param name="cancellation">Ends the training.</param>
    public static DetectorFile Run(TextTable table, IReadOnlyList<int> rows, FitSettings settings, string source, IAnsiConsole messages, DetectorFile? before, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        var plan = before?.Plan.For(table.Names) ?? TablePlan.Of(table, rows);
        foreach (string left in plan.LeftOut) messages.Out($"left out: {left}");
        foreach (string note in plan.Notes) messages.Out($"note: {note}");
        var (ml, history) = (Context(settings.Seed, messages), new List<TrainingProgress>());
        var view = ml.Data.LoadFromTable(table, plan, rows);
        var detector = TrainingBar.Run(messages, progress => ml.AnomalyDetection.Trainers.Vae(Options(settings, new Tee(progress, history.Add), before, cancellation)).Fit(view));
        var (fingerprint, reference) = Survey(table, rows, plan, settings.Seed);
        var provenance = new Provenance(
            Provenance.ToolVersion, Provenance.MLNetVersion, DateTimeOffset.UtcNow, before is null ? "train" : "refit", source, rows.Count, fingerprint, settings, watch.Elapsed.TotalSeconds, history);
        return new DetectorFile(detector.Model, plan, before is null ? provenance : provenance.After(before.Provenance), reference);
    }

    /// <summary>An ML.NET context whose warnings reach people.</summary>
    public static MLContext Context(int seed, IAnsiConsole messages)
    {
        var ml = new MLContext(seed);
        ml.Log += (_, e) =>
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning && e.Source.Contains("Vae", StringComparison.Ordinal)) messages.MarkupLine($"[yellow]warning: {Markup.Escape(e.RawMessage)}[/]");
            if (e.RawMessage.StartsWith("Columns: ", StringComparison.Ordinal)) messages.Out(e.RawMessage);
        };
        return ml;
    }

    /// <summary>SHA-256 of encoded rows, the first 16 digits, and a random draw of them.</summary>
    public static (string Fingerprint, MatrixRows Reference) Survey(TextTable table, IReadOnlyList<int> rows, TablePlan plan, int seed)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int[] drawn = [.. RandomStream.FromSeed(seed).Split(0x52454645).Permutation(rows.Count).Take(ReferenceRows).Order()];
        var reference = new List<float>();
        for (int i = 0, next = 0; i < rows.Count; i++)
        {
            float[] features = plan.Encode(table, rows[i]);
            hash.AppendData(MemoryMarshal.AsBytes(features.AsSpan()));
            if (next == drawn.Length || drawn[next] != i) continue;
            reference.AddRange(features);
            next++;
        }
        return (Convert.ToHexStringLower(hash.GetHashAndReset())[..16], new MatrixRows(reference.ToArray(), plan.FeatureCount));
    }

    private static VaeAnomalyTrainer.Options Options(FitSettings settings, IProgress<TrainingProgress> progress, DetectorFile? before, CancellationToken cancellation)
    {
        var options = new VaeAnomalyTrainer.Options
        {
            FalseAlarmRate = settings.FalseAlarmRate,
            Contamination = settings.Contamination,
            Confidence = settings.Confidence,
            IncludeMissingness = settings.IncludeMissingness,
            Training = new() { Seed = settings.Seed, Steps = settings.Steps },
            Progress = progress,
            Cancellation = cancellation,
            StartFrom = before?.Model.Vae,
        };
        return settings.Tuned is { } tuned ? tuned.Apply(options) : options;
    }
}

/// <summary>Tells two.</summary>
internal sealed class Tee(IProgress<TrainingProgress> first, Action<TrainingProgress> second) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        first.Report(value);
        second(value);
    }
}
