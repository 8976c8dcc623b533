namespace Experiments;

/// <summary>Every experiment, in the order of the sources.</summary>
internal static class Catalog
{
    public static IReadOnlyList<IExperiment> All { get; } =
    [
        new Nakagawa.ToyExperiment(),
        new Nakagawa.AnomalyExperiment(),
        new Kalatzis.RvaeExperiment(),
        new Kalatzis.CodesExperiment(),
    ];
}
