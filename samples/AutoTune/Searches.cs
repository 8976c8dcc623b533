using Microsoft.ML;
using Microsoft.ML.Vae.Core;

/// <summary>The searches that this build has.</summary>
internal static class Searches
{
#if MLNET_PACKAGE
    public const string Default = "automl";

    public static string[] Names { get; } = ["automl", "halving"];
#else
    public const string Default = "halving";

    public static string[] Names { get; } = ["halving"];
#endif

    /// <summary>Both spend the same number of training steps.</summary>
    public static ISearch Create(MLContext ml, TuningSettings settings, int seed)
    {
        var halving = new SuccessiveHalving { Configurations = settings.Configurations, MaximumSteps = settings.Steps };
#if MLNET_PACKAGE
        if (settings.Search == "automl") return new AutoMLSearch(ml, (int)Math.Max(1, halving.TotalSteps / settings.Steps), settings.Steps);
#endif
        return new HalvingSearch(halving, seed);
    }
}
