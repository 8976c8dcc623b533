using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Runs a fit inside an ML.NET host: channel, log lines, cancellation, checkpoints, errors.</summary>
internal static class VaeTraining
{
    public static VaeFit Run(IHost host, IDataView input, VaeOptions options, int referenceRows) => Run(host, input, options, referenceRows, (fit, _) => fit, (fit, _, _) => fit);

    /// <summary>The same of another network, with a second phase on the same rows.</summary>
    public static RiemannianVae Run(
        IHost host, IDataView input, VaeOptions options, Func<VaeFitOptions, int, VaeFitOptions> firstPhase, Func<VaeModel, IRowSource, TrainingControl, RiemannianVae> secondPhase) =>
        Run(host, input, options, referenceRows: 0, firstPhase, (fit, rows, control) => secondPhase(fit.Model, rows, control));

    private static T Run<T>(IHost host, IDataView input, VaeOptions options, int referenceRows, Func<VaeFitOptions, int, VaeFitOptions> adapt, Func<VaeFit, IRowSource, TrainingControl, T> then)
    {
        CheckFolder(options.CheckpointPath);
        var reader = new FeatureReader(host, input, options.FeatureColumnName, options.ExampleWeightColumnName, options.AcceptMissing && options.Fit.IsSeparable);
        using var channel = host.Start("Training");
        using var progress = host.StartProgressChannel("Training");
        var rows = reader.Read(host, channel, options.MemoryBudget, options.Cancellation);
        Advise(channel, options, reader.FeatureCount, rows.Count);
        var checkpoint = options.CheckpointPath is { } saved && File.Exists(saved) ? CheckpointFile.Load(saved) : null;
        // A seed that nobody chose is the interrupted training's: drawn anew, no checkpoint would ever fit.
        var fit = options.Fit with { ReferenceRows = referenceRows, Columns = options.Columns ?? reader.Columns(options.Numbers), Training = options.Training with { Seed = options.Training.Seed ?? checkpoint?.Options.Seed ?? host.Rand.Next() } };
        fit = adapt(fit, reader.FeatureCount);
        TrainingProgress? last = null;
        progress.SetHeader(new ProgressHeader(["loss", "validation loss"], ["steps"]), e => e.SetProgress(0, last?.Step ?? 0, last?.Steps ?? 0));
        var control = new TrainingControl
        {
            Progress = new LogLines(channel, line => { last = line; options.Progress?.Report(line); }),
            Cancellation = options.Cancellation,
            StopRequested = () => Internals.IsCancelled(host),
            OnCheckpoint = options.CheckpointPath is { } path ? c => CheckpointFile.Save(c, path) : null,
            ResumeFrom = checkpoint,
            Threads = options.Threads,
        };
        var result = Stoppable(channel, () => VaeFit.Run(rows, fit, reader.FeatureNames, options.Engine, control), control);
        CheckOutcome(channel, result, options.Cancellation);
        if (fit.Columns is not null) channel.Info("Columns: {0}", ColumnPlan.Describe(result.Model.Columns));
        channel.Info("{0} Weights of step {1} are kept. Engine: {2}", result.Training.Message, result.Training.BestStep, options.Engine?.Name ?? "default");
        return Stoppable(channel, () => then(result, rows, control), control);
    }

    /// <summary>Deletes the checkpoint of a fit that nothing more can stop.</summary>
    public static void Done(VaeOptions options)
    {
        if (options.CheckpointPath is { } path) File.Delete(path);
    }

    /// <summary>The checks of a fit on a promise.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public static void CheckInput(IExceptionContext context, SchemaShape input, VaeOptions options)
    {
        InputColumn.CheckShape(context, input, options.FeatureColumnName, "feature", SchemaShape.Column.VectorKind.Vector);
        if (options.ExampleWeightColumnName is { } weight) InputColumn.CheckShape(context, input, weight, "weight", SchemaShape.Column.VectorKind.Scalar);
    }

    // What is allowed, but rarely meant.
    private static void Advise(IChannel channel, VaeOptions options, int features, long? rows)
    {
        if (options.Architecture is null && options.StartFrom is null && options.LatentDimension > features)
            channel.Warning("{0} latents for {1} features: what exceeds them collapses and costs time only. Leave LatentDimension out to have at most one per feature", options.LatentDimension, features);
        if (rows < features)
            channel.Warning("{0} features for {1} rows: most of their relations are chance, and each step takes as long as the features are many. Select features, or hash text to fewer slots", features, rows);
    }

    // A pass over the rows that was stopped speaks as ML.NET does.
    private static T Stoppable<T>(IChannel channel, Func<T> run, TrainingControl control)
    {
        try
        {
            return run();
        }
        catch (OperationCanceledException) when (control.IsStopRequested)
        {
            throw channel.Process(Stopping.Error(control.Cancellation));
        }
    }

    // Before the training, not after it.
    private static void CheckFolder(string? checkpointPath)
    {
        if (checkpointPath is not null && Path.GetDirectoryName(Path.GetFullPath(checkpointPath)) is { } folder && !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"CheckpointPath '{checkpointPath}': there is no folder '{folder}'. Create it, or choose another path.");
    }

    private static void CheckOutcome(IChannel channel, VaeFit fit, CancellationToken token)
    {
        if (fit.Training.Outcome == TrainingOutcome.Cancelled) throw channel.Process(Stopping.Error(token));
        if (fit.Training.Outcome == TrainingOutcome.Diverged) throw channel.Process(new TrainingDivergedException(fit.Training.Message, fit.Model));
    }

    // Progress channels never reach MLContext.Log, so each line is an Info message as well.
    private sealed class LogLines(IChannel channel, Action<TrainingProgress> forward) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            channel.Info("Step {0}/{1}, epoch {2}: loss {3:F4}, KL {4:F3}, validation loss {5:F4}", value.Step, value.Steps, value.Epoch, value.TrainingLoss, value.Kl, value.ValidationLoss);
            forward(value);
        }
    }
}
