using Microsoft.ML.Vae;
using Microsoft.ML.Vae.Core;

/// <summary>Many settings with few steps, the better ones again with more: bad settings show early, so most of the budget goes to good ones.</summary>
/// <remarks>Jamieson and Talwalkar 2016. Each rung trains anew, with the learning rate's whole course: same seed, same trials.</remarks>
internal sealed record SuccessiveHalving : ISearch
{
    /// <summary>Settings in the first rung; the first is the default.</summary>
    public int Configurations { get; init; } = 27;

    /// <summary>The best 1 in so many go on, with so many times the steps. 3: the usual choice, flat about its optimum e.</summary>
    public int Reduction { get; init; } = 3;

    /// <summary>Rungs. 3: a first rung with a ninth of the steps still ranks settings.</summary>
    public int Rungs { get; init; } = 3;

    /// <summary>Steps of the last rung.</summary>
    public int MaximumSteps { get; init; } = 2500;

    /// <summary>Fixes the settings drawn.</summary>
    public int Seed { get; init; }

    public string Name => "successive halving";

    /// <summary>Steps that all trials take together, if none fails.</summary>
    public long TotalSteps => Enumerable.Range(0, Rungs).Sum(r => (long)Settings(r) * Steps(r));

    public IReadOnlyList<Trial> Run(IObjective objective, TuningSpace space, CancellationToken cancellation)
    {
        var trials = new List<Trial>();
        var random = RandomStream.FromSeed(Seed);
        VaeSearchOptions[] settings = [space.Default, .. Enumerable.Range(1, Configurations - 1).Select(i => space.Sample(random.Split((ulong)i)))];
        try
        {
            for (int rung = 0; rung < Rungs; rung++)
            {
                int first = trials.Count;
                foreach (var options in settings) trials.Add(Trial.Run(trials.Count, options, Steps(rung), objective, cancellation));
                settings = [.. trials.Skip(first).Where(t => t.Outcome is not null).OrderBy(t => t.Loss).Take(Settings(rung + 1)).Select(t => t.Options)];
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
