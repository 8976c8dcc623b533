namespace Microsoft.ML.Vae;

/// <summary>The columns that components read and add, where an option does not say otherwise.</summary>
internal static class ColumnNames
{
    public const string Features = "Features", Label = "Label";

    /// <summary>Of a VAE.</summary>
    public const string Latent = "Latent", LogVariance = "LatentLogVariance", Reconstruction = "Reconstruction",
        Loss = "Loss", FeatureLoss = "FeatureLoss", LatentLoss = "LatentLoss", LogVolumeRatio = "LogVolumeRatio", ScaledLogVolumeRatio = "ScaledLogVolumeRatio",
        RiemannianLoss = "RiemannianLoss";

    /// <summary>Of what reads a VAE's columns.</summary>
    public const string LogDensity = "LogDensity", IsometricFeatures = "IsometricFeatures", Magnification = "MagnificationFactor", Distance = "GeodesicDistance";

    /// <summary>Of a decision and its reasons.</summary>
    public const string Score = "Score", PValue = "PValue", PredictedLabel = "PredictedLabel", Contributions = "Contributions", LatentContributions = "LatentContributions",
        NeighbourContributions = "NeighbourContributions", NearestRows = "NearestRows";

    /// <summary>The slots of latent vectors.</summary>
    public static string[] Latents(int count) => [.. Enumerable.Range(0, count).Select(j => $"z{j}")];
}
