namespace Microsoft.ML.Vae.Core;

/// <summary>Many settings with few steps, the better ones again with more: bad settings show early, so most of the budget goes to good ones.</summary>
/// <remarks>Jamieson and Talwalkar 2016. Each rung trains anew, with the learning rate's whole course: same seed, same trials.</remarks>
public sealed record SuccessiveHalving
{
    /// <summary>Settings in the first rung.</summary>
    public int Configurations { get; init; } = 27;

    /// <summary>The best 1 in so many go on, with so many times the steps. 3: the usual choice, flat about its optimum e.</summary>
    public int Reduction { get; init; } = 3;

    /// <summary>Rungs. 3: a first rung with a ninth of the steps still ranks settings.</summary>
    public int Rungs { get; init; } = 3;

    /// <summary>Steps of the last rung.</summary>
    public int MaximumSteps { get; init; } = 2500;

    /// <summary>Steps that all trials take together, if none fails.</summary>
    public long TotalSteps => Enumerable.Range(0, Rungs).Sum(r => (long)Settings(r) * Steps(r));

    /// <summary>Every trial in order; if cancelled, those that were finished.</summary>
    /// <param name="draw">The setting of each number from 0; the first had best be the default.</param>
    /// <param name="objective">Judges a setting.</param>
    /// <param name="finished">Told of each trial; null: nobody.</param>
    /// <param name="cancellation">Ends the search.</param>
    public IReadOnlyList<Trial<T>> Run<T>(Func<int, T> draw, TuningObjective<T> objective, Action<Trial<T>>? finished = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(draw);
        ArgumentOutOfRangeException.ThrowIfLessThan(Reduction, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(Rungs, 1);
        var trials = new List<Trial<T>>();
        T[] settings = [.. Enumerable.Range(0, Configurations).Select(draw)];
        try
        {
            for (int rung = 0; rung < Rungs; rung++)
            {
                int first = trials.Count;
                foreach (var setting in settings)
                {
                    trials.Add(Trial.Run(trials.Count, setting, Steps(rung), objective, cancellation));
                    finished?.Invoke(trials[^1]);
                }
                settings = [.. trials.Skip(first).Where(t => t.Outcome is not null).OrderBy(t => t.Loss).Take(Settings(rung + 1)).Select(t => t.Setting)];
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // What was found so far is the answer.
        }
        return trials;
    }

    private int Settings(int rung) => Math.Max(1, Configurations / Power(rung));

    private int Steps(int rung) => Math.Max(1, MaximumSteps / Power(Rungs - 1 - rung));

    private int Power(int exponent) => (int)Math.Pow(Reduction, exponent);
}
