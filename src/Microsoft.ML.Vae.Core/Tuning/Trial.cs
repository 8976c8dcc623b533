using System.Diagnostics;

namespace Microsoft.ML.Vae.Core;

/// <summary>Trains a setting for so many steps, and measures.</summary>
/// <param name="setting">What to try.</param>
/// <param name="steps">The budget.</param>
/// <param name="cancellation">Ends the training.</param>
public delegate TuningOutcome TuningObjective<in T>(T setting, int steps, CancellationToken cancellation);

/// <summary>One training of a search.</summary>
/// <param name="Id">From 0, in the order of evaluation.</param>
/// <param name="Setting">What was tried.</param>
/// <param name="Steps">Training steps spent: the budget's unit.</param>
/// <param name="Outcome">Null where it failed.</param>
/// <param name="Failure">Why it failed.</param>
/// <param name="Seconds">Wall-clock time.</param>
public sealed record Trial<T>(int Id, T Setting, int Steps, TuningOutcome? Outcome, string? Failure, double Seconds)
{
    /// <summary>Infinite where the trial failed.</summary>
    public double Loss => Outcome?.Loss ?? double.PositiveInfinity;
}

/// <summary>Runs single trials, and compares them.</summary>
public static class Trial
{
    /// <summary>Evaluates; a setting that fails is a bad setting, not the end of the search.</summary>
    /// <exception cref="OperationCanceledException">The search itself was cancelled.</exception>
    public static Trial<T> Run<T>(int id, T setting, int steps, TuningObjective<T> objective, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(objective);
        cancellation.ThrowIfCancellationRequested();
        var watch = Stopwatch.StartNew();
        try
        {
            var outcome = objective(setting, steps, cancellation);
            return double.IsFinite(outcome.Loss)
                ? new Trial<T>(id, setting, steps, outcome, null, watch.Elapsed.TotalSeconds)
                : new Trial<T>(id, setting, steps, null, $"The loss is {outcome.Loss}.", watch.Elapsed.TotalSeconds);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return new Trial<T>(id, setting, steps, null, e.Message, watch.Elapsed.TotalSeconds);
        }
    }

    /// <summary>The lowest loss among the trials with the most steps: losses of shorter trainings do not compare with those of longer ones. Null: none succeeded.</summary>
    public static Trial<T>? Best<T>(IReadOnlyCollection<Trial<T>> trials) =>
        trials.Where(t => t.Outcome is not null).GroupBy(t => t.Steps).MaxBy(g => g.Key)?.MinBy(t => t.Loss);
}
