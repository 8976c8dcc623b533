using System.Diagnostics;
using Microsoft.ML.Vae;

/// <summary>What a setting earned without labels.</summary>
/// <param name="LogDensity">Mean log-density of held-out rows, nats (a lower bound); higher is better.</param>
/// <param name="IsometryError">How far the latents are from isometric; 0 is perfect.</param>
internal readonly record struct Outcome(double LogDensity, double IsometryError)
{
    /// <summary>Nats of density that one unit of isometry error weighs: enough to part settings of equal density, too little to buy a worse one.</summary>
    public const double IsometryWeight = 0.5;

    /// <summary>What a search minimises.</summary>
    public double Loss => -LogDensity + (IsometryWeight * IsometryError);
}

/// <summary>One training of a search.</summary>
/// <param name="Id">From 0, in the order of evaluation.</param>
/// <param name="Options">The setting.</param>
/// <param name="Steps">Training steps spent: the budget's unit.</param>
/// <param name="Outcome">Null where it failed.</param>
/// <param name="Failure">Why it failed.</param>
/// <param name="Seconds">Wall-clock time.</param>
internal sealed record Trial(int Id, VaeSearchOptions Options, int Steps, Outcome? Outcome, string? Failure, double Seconds)
{
    /// <summary>Infinite where the trial failed.</summary>
    public double Loss => Outcome?.Loss ?? double.PositiveInfinity;

    /// <summary>Evaluates; a setting that fails is a bad setting, not the end of the search.</summary>
    /// <exception cref="OperationCanceledException">The search itself was cancelled.</exception>
    public static Trial Run(int id, VaeSearchOptions options, int steps, IObjective objective, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var watch = Stopwatch.StartNew();
        try
        {
            var outcome = objective.Evaluate(options, steps, cancellation);
            return double.IsFinite(outcome.Loss)
                ? new Trial(id, options, steps, outcome, null, watch.Elapsed.TotalSeconds)
                : new Trial(id, options, steps, null, $"The loss is {outcome.Loss}.", watch.Elapsed.TotalSeconds);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return new Trial(id, options, steps, null, e.Message, watch.Elapsed.TotalSeconds);
        }
    }

    /// <summary>The lowest loss among the trials with the most steps: losses of shorter trainings do not compare with those of longer ones.</summary>
    public static Trial? Best(IReadOnlyCollection<Trial> trials) =>
        trials.Where(t => t.Outcome is not null).GroupBy(t => t.Steps).MaxBy(g => g.Key)?.MinBy(t => t.Loss);
}

/// <summary>Judges a setting.</summary>
internal interface IObjective
{
    /// <summary>Trains for so many steps, and measures.</summary>
    Outcome Evaluate(VaeSearchOptions options, int steps, CancellationToken cancellation);
}

/// <summary>Chooses which settings to try.</summary>
internal interface ISearch
{
    /// <summary>Its name for people.</summary>
    string Name { get; }

    /// <summary>Every trial in order; if cancelled, those that were finished.</summary>
    IReadOnlyList<Trial> Run(IObjective objective, TuningSpace space, CancellationToken cancellation);
}
