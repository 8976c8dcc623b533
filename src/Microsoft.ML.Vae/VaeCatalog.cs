using Microsoft.ML.Vae;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML;

/// <summary>Our components in ML.NET's catalogs.</summary>
public static class VaeCatalog
{
    /// <summary>Detects anomalies with a variational autoencoder: trains on normal rows, calibrates on held-out ones, scores, decides, explains.</summary>
    /// <param name="catalog">mlContext.AnomalyDetection.Trainers.</param>
    /// <param name="featureColumnName">Known-size vector of Single; raw scale will do.</param>
    /// <param name="falseAlarmRate">Share of normal rows that may be flagged.</param>
    /// <param name="latentDimension">Number of latents; null: min(features, 32).</param>
    /// <param name="seed">Fixes everything random; null: drawn from the MLContext's seed.</param>
    public static VaeAnomalyTrainer Vae(
        this AnomalyDetectionCatalog.AnomalyDetectionTrainers catalog, string featureColumnName = ColumnNames.Features, double falseAlarmRate = 0.05, int? latentDimension = null, int? seed = null) =>
        Vae(catalog, new VaeAnomalyTrainer.Options { FeatureColumnName = featureColumnName, FalseAlarmRate = falseAlarmRate, LatentDimension = latentDimension, Training = new() { Seed = seed } });

    /// <summary>Detects anomalies with a variational autoencoder.</summary>
    public static VaeAnomalyTrainer Vae(this AnomalyDetectionCatalog.AnomalyDetectionTrainers catalog, VaeAnomalyTrainer.Options options) => new(Internals.EnvironmentOf(catalog), options);

    /// <summary>Trains a VAE and adds its posterior, reconstruction and loss.</summary>
    public static VaeTrainer VariationalAutoencoder(this TransformsCatalog catalog, string featureColumnName = ColumnNames.Features, int? latentDimension = null, int? seed = null) =>
        VariationalAutoencoder(catalog, new VaeTrainer.Options { FeatureColumnName = featureColumnName, LatentDimension = latentDimension, Training = new() { Seed = seed } });

    /// <summary>Trains a VAE and adds its posterior, reconstruction and loss.</summary>
    public static VaeTrainer VariationalAutoencoder(this TransformsCatalog catalog, VaeTrainer.Options options) => new(Internals.EnvironmentOf(catalog), options);

    /// <summary>Adds the log-density that a VAE's loss or posterior carries.</summary>
    public static IsometricDensityEstimator IsometricDensity(this TransformsCatalog catalog, string outputColumnName = ColumnNames.LogDensity, DensitySource source = DensitySource.Loss) =>
        IsometricDensity(catalog, new IsometricDensityEstimator.Options { OutputColumnName = outputColumnName, Source = source });

    /// <summary>Adds the log-density that a VAE's loss or posterior carries.</summary>
    public static IsometricDensityEstimator IsometricDensity(this TransformsCatalog catalog, IsometricDensityEstimator.Options options) => new(Internals.EnvironmentOf(catalog), options);

    /// <summary>Adds a VAE's most important latents in isometric coordinates.</summary>
    public static LatentImportanceEstimator LatentImportance(this TransformsCatalog catalog, string outputColumnName = ColumnNames.IsometricFeatures, int? count = null) =>
        LatentImportance(catalog, new LatentImportanceEstimator.Options { OutputColumnName = outputColumnName, Count = count });

    /// <summary>Adds a VAE's most important latents in isometric coordinates.</summary>
    public static LatentImportanceEstimator LatentImportance(this TransformsCatalog catalog, LatentImportanceEstimator.Options options) => new(Internals.EnvironmentOf(catalog), options);

    /// <summary>Adds the magnification factor of a trained VAE's decoder, and geodesic distances to reference points.</summary>
    /// <param name="catalog">mlContext.Transforms.</param>
    /// <param name="model">The VAE that the Latent column comes from.</param>
    /// <param name="referenceCount">How many centres of the fitted rows' latents to measure distances to.</param>
    /// <param name="seed">Fixes the centres; null: drawn from the MLContext's seed.</param>
    public static LatentGeometryEstimator LatentGeometry(this TransformsCatalog catalog, VaeModel model, int referenceCount = 4, int? seed = null) =>
        LatentGeometry(catalog, new LatentGeometryEstimator.Options { Model = model, ReferenceCount = referenceCount, Seed = seed });

    /// <summary>Adds the magnification factor of a trained VAE's decoder, and geodesic distances to reference points.</summary>
    public static LatentGeometryEstimator LatentGeometry(this TransformsCatalog catalog, LatentGeometryEstimator.Options options) => new(Internals.EnvironmentOf(catalog), options);

    /// <summary>Turns any score column into p-values and decisions at a false-alarm rate.</summary>
    public static AnomalyDetectionEstimator DetectAnomalies(this TransformsCatalog catalog, string inputScoreColumnName = ColumnNames.Loss, double falseAlarmRate = 0.05) =>
        DetectAnomalies(catalog, new AnomalyDetectionEstimator.Options { InputScoreColumnName = inputScoreColumnName, FalseAlarmRate = falseAlarmRate });

    /// <summary>Turns any score column into p-values and decisions.</summary>
    public static AnomalyDetectionEstimator DetectAnomalies(this TransformsCatalog catalog, AnomalyDetectionEstimator.Options options) => new(Internals.EnvironmentOf(catalog), options);

    /// <summary>The same model with its last detector at another false-alarm rate; nothing is trained again. Works on trained and on loaded models. A rate that the calibration rows cannot
    /// promise flags nothing, and is warned of. Every part of the model is kept, whatever scope it was appended for.</summary>
    /// <param name="model">A detector, or a chain that holds one.</param>
    /// <param name="falseAlarmRate">Share of normal rows that may be flagged.</param>
    /// <param name="confidence">With which this calibration keeps the rate; null: it is kept in the mean over calibrations, whatever the trainer's options said.</param>
    /// <exception cref="ArgumentException">The model holds no detector of ours.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Not in (0, 1).</exception>
    public static ITransformer WithFalseAlarmRate(this ITransformer model, double falseAlarmRate, double? confidence = null) => FalseAlarmRates.Change(model, falseAlarmRate, confidence);
}
