namespace Experiments;

/// <summary>Every experiment, in the order of the sources.</summary>
internal static class Catalog
{
    public static IReadOnlyList<IExperiment> All { get; } =
    [
        new Nakagawa.ToyExperiment(),
        new Nakagawa.AnomalyExperiment(),
        new Nakagawa.ImportanceExperiment(),
        new Nakagawa.BetaExperiment(),
        new Kalatzis.RvaeExperiment(),
        new Kalatzis.CodesExperiment(),
        new Kalatzis.BrownianExperiment(),
        new Peste.RenyiExperiment(),
        new Peste.ComponentsExperiment(),
        new Peste.SeparabilityExperiment(),
        new Peste.FisherRaoExperiment(),
        new Chen.PendulumExperiment(),
        new Chen.DigitGeodesicsExperiment(),
        new Chen.RobotArmExperiment(),
        new Chen.MotionExperiment(),
    ];

    /// <summary>Which experiments have parts, and which.</summary>
    public static string Parts(IEnumerable<IExperiment> experiments) => string.Join("; ", experiments.Where(e => e.Parts.Count > 0).Select(e => $"{e.Name}: {string.Join(", ", e.Parts)}"));
}
