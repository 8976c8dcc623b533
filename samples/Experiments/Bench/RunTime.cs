namespace Experiments;

/// <summary>What a run took, in minutes.</summary>
/// <param name="Processor">Of all threads.</param>
/// <param name="Elapsed">By the clock.</param>
internal readonly record struct RunTime(double Processor, double Elapsed);

/// <summary>What all experiments took together, one after another without a run that was there already.</summary>
/// <param name="Minutes">By the clock, from first to last.</param>
/// <param name="Cores">Of the machine.</param>
/// <param name="Runs">Each run's own time.</param>
internal sealed record WholeTime(double Minutes, int Cores, IReadOnlyDictionary<string, RunTime> Runs)
{
    /// <summary>Whether it speaks of these very runs: one that was done again later has another time.</summary>
    public bool Covers(IReadOnlyDictionary<string, RunTime> runs) => runs.All(r => Runs.TryGetValue(r.Key, out var time) && time == r.Value);
}
