namespace AutoTune.Tests;

/// <summary>An objective whose best setting is known: 6 latents at β = 1; more steps show it more clearly, as in training.</summary>
internal sealed class Bowl
{
    public List<(VaeSearchOptions Options, int Steps)> Calls { get; } = [];

    /// <summary>Called before each evaluation.</summary>
    public Action<VaeSearchOptions> Before { get; init; } = _ => { };

    public static double Height(VaeSearchOptions o) => Math.Pow(Math.Log(o.LatentDimension / 6.0), 2) + Math.Pow(Math.Log(o.KlWeight), 2);

    public TuningOutcome Evaluate(VaeSearchOptions options, int steps, CancellationToken cancellation)
    {
        Calls.Add((options, steps));
        Before(options);
        cancellation.ThrowIfCancellationRequested();
        return new TuningOutcome(-Height(options) - (1.0 / steps), 0);
    }
}
