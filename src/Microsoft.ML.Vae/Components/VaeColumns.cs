using System.Text.Json.Serialization;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Names of the columns that a VAE reads and adds, and how its losses are estimated; saved with the transformer.</summary>
internal sealed record VaeColumns(string Features, string Prefix, int Draws, int BatchSize, bool BySlot = true, bool IsBalanced = false, bool IsRiemannian = false)
{
    public const int Latent = 0, LogVariance = 1, Reconstruction = 2, Loss = 3, FeatureLoss = 4, LatentLoss = 5, LogVolumeRatio = 6, ScaledLogVolumeRatio = 7, RiemannianLoss = 8;

    public static VaeColumns Of(VaeOptions options, string prefix) => new(options.FeatureColumnName, prefix, options.Estimator.Draws, options.ScoringBatchSize, options.ContributionsBySlot, options.Estimator.IsBalanced);

    [JsonIgnore]
    public LossEstimator Estimator => LossEstimator.Of(Draws, IsBalanced);

    public IReadOnlyList<DataViewSchema.DetachedColumn> Outputs(VaeFacts vae)
    {
        string[] latents = ColumnNames.Latents(vae.LatentDimension);
        return
        [
            OutputColumn.Vector(Prefix + ColumnNames.Latent, latents, vae.Annotate), OutputColumn.Vector(Prefix + ColumnNames.LogVariance, latents, vae.Annotate),
            OutputColumn.Vector(Prefix + ColumnNames.Reconstruction, vae.FeatureNames), OutputColumn.Scalar(Prefix + ColumnNames.Loss, vae.Annotate),
            OutputColumn.Vector(Prefix + ColumnNames.FeatureLoss, vae.FeatureNames), OutputColumn.Vector(Prefix + ColumnNames.LatentLoss, latents),
            OutputColumn.Scalar(Prefix + ColumnNames.LogVolumeRatio), OutputColumn.Scalar(Prefix + ColumnNames.ScaledLogVolumeRatio),
            .. IsRiemannian ? (DataViewSchema.DetachedColumn[])[OutputColumn.Scalar(Prefix + ColumnNames.RiemannianLoss)] : [],
        ];
    }
}
