namespace Microsoft.ML.Vae.Tests.Support;

/// <summary>Every component of ours at the end of a short pipeline, on networks small enough to train in milliseconds.</summary>
internal static class Components
{
    public const int Seed = 7;

    public static TrainingOptions Training { get; } = new() { Steps = 150, WarmupSteps = 5, ValidationInterval = 50, BatchSize = 32, LearningRate = 2e-2, Seed = Seed };

    public static string[] All { get; } = ["Vae", "DensityOfLoss", "DensityOfPosterior", "Importance", "Geometry", "Detector", "AllInOne"];

    /// <summary>Those that ONNX can express.</summary>
    public static string[] Convertible { get; } = [.. All.Where(n => n != "Geometry")];

    public static TheoryData<string> Names { get; } = new(All);

    public static VaeTrainer.Options Vae { get; } = new() { LatentDimension = 2, HiddenWidths = [8], Training = Training };

    // One of the two latents is collapsed, which is what the floor is for; noise has tests of its own.
    public static LatentGeometryEstimator.Options Geometry => new() { Model = Fitted.Vae.Model, ReferenceCount = 2, Seed = Seed, Noise = null };

    public static VaeAnomalyTrainer.Options AllInOne { get; } = new() { LatentDimension = 2, HiddenWidths = [8], Training = Training };

    public static IEstimator<ITransformer> Features(MLContext ml) => ml.Transforms.Concatenate("Features", "A", "B", "C");

    public static IEstimator<ITransformer> Pipeline(MLContext ml, string name) => name switch
    {
        "AllInOne" => Features(ml).Append(ml.AnomalyDetection.Trainers.Vae(AllInOne)),
        "Vae" => Features(ml).Append(ml.Transforms.VariationalAutoencoder(Vae)),
        "DensityOfLoss" => Pipeline(ml, "Vae").Append(ml.Transforms.IsometricDensity()),
        "DensityOfPosterior" => Pipeline(ml, "Vae").Append(ml.Transforms.IsometricDensity("LogDensity", DensitySource.Posterior)),
        "Importance" => Pipeline(ml, "Vae").Append(ml.Transforms.LatentImportance()),
        "Geometry" => Pipeline(ml, "Vae").Append(ml.Transforms.LatentGeometry(Geometry)),
        "Detector" => Pipeline(ml, "Vae").Append(ml.Transforms.DetectAnomalies()),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    /// <summary>The component itself, without the concatenation before it.</summary>
    public static ITransformer Last(ITransformer chain) => ((IEnumerable<ITransformer>)chain).Last();
}
