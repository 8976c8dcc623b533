using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Vae;
using Microsoft.ML.Vae.Core;
using Spectre.Console;

/// <summary>One fit and one judgement by protocol A.</summary>
internal sealed record Experiment(MLContext Ml, ITransformer Model, DataViewSchema InputSchema, IReadOnlyList<TrainingProgress> History, ScoredRows Rows, double Seconds)
{
    /// <summary>Trains, or loads <paramref name="modelPath"/>, and scores the test rows.</summary>
    public static Experiment Run(TableSplit split, int seed, double falseAlarmRate, IAnsiConsole console, int top, string? modelPath = null)
    {
        var watch = Stopwatch.StartNew();
        var ml = new MLContext(seed);
        ml.Log += (_, e) =>
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning && e.Source.Contains("Vae")) console.MarkupLine($"[yellow]warning: {Markup.Escape(e.RawMessage)}[/]");
            if (e.RawMessage.StartsWith("Columns: ", StringComparison.Ordinal)) Console.WriteLine(e.RawMessage);
        };
        var train = split.View(ml, split.TrainRows);
        var history = new List<TrainingProgress>();
        ITransformer Train() => TrainingBar.Run(console, progress => ml.AnomalyDetection.Trainers.Vae(new VaeAnomalyTrainer.Options
        {
            FalseAlarmRate = falseAlarmRate,
            Training = new() { Seed = seed },
            Progress = new Tee(progress, history.Add),
        }).Fit(train));
        var model = modelPath is null ? Train() : ml.Model.LoadChecked(modelPath, out _).WithFalseAlarmRate(falseAlarmRate);
        return new Experiment(ml, model, train.Schema, history, ScoredRows.Read(model.Transform(split.View(ml, split.TestRows)), top), watch.Elapsed.TotalSeconds);
    }

    private sealed class Tee(IProgress<TrainingProgress> first, Action<TrainingProgress> second) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            first.Report(value);
            second(value);
        }
    }
}
