using Microsoft.ML.Data;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Names of the columns that a VAE reads and adds, and how its losses are estimated; saved with the transformer.</summary>
internal sealed record VaeColumns(string Features, string Prefix, int Draws, int BatchSize)
{
    public const int Latent = 0, LogVariance = 1, Reconstruction = 2, Loss = 3, FeatureLoss = 4, LatentLoss = 5, LogVolumeRatio = 6, ScaledLogVolumeRatio = 7;

    private static readonly string[] Names = ["Latent", "LatentLogVariance", "Reconstruction", "Loss", "FeatureLoss", "LatentLoss", "LogVolumeRatio", "ScaledLogVolumeRatio"];

    public LossEstimator Estimator => new(Draws);

    public static VaeColumns Of(VaeTrainer.Options options) => new(options.FeatureColumnName, options.OutputPrefix, options.Estimator.Draws, options.ScoringBatchSize);

    public string Name(int output) => Prefix + Names[output];

    public IEnumerable<SchemaShape.Column> Promise() =>
    [
        OutputColumn.LatentShape(Name(Latent)), OutputColumn.LatentShape(Name(LogVariance)), OutputColumn.NamedVectorShape(Name(Reconstruction)),
        OutputColumn.LossShape(Name(Loss)), OutputColumn.NamedVectorShape(Name(FeatureLoss)), OutputColumn.NamedVectorShape(Name(LatentLoss)),
        OutputColumn.ScalarShape(Name(LogVolumeRatio)), OutputColumn.ScalarShape(Name(ScaledLogVolumeRatio)),
    ];

    public IReadOnlyList<DataViewSchema.DetachedColumn> Outputs(VaeModel model)
    {
        string[] latents = [.. Enumerable.Range(0, model.LatentDimension).Select(j => $"z{j}")];
        return
        [
            OutputColumn.Latent(Name(Latent), latents, model.KlWeight), OutputColumn.Latent(Name(LogVariance), latents, model.KlWeight),
            OutputColumn.NamedVector(Name(Reconstruction), model.FeatureNames), OutputColumn.Loss(Name(Loss), model),
            OutputColumn.NamedVector(Name(FeatureLoss), model.FeatureNames), OutputColumn.NamedVector(Name(LatentLoss), latents),
            OutputColumn.Scalar(Name(LogVolumeRatio)), OutputColumn.Scalar(Name(ScaledLogVolumeRatio)),
        ];
    }
}
