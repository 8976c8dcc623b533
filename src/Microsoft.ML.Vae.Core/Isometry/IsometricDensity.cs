namespace Microsoft.ML.Vae.Core;

/// <summary>Log-densities of an input, read off a trained VAE (Nakagawa, Kato, Suzuki 2021); nats, absolute constants included.</summary>
/// <remarks>All are densities on the n-dimensional data manifold; n counts active latents. p_G is per unit volume of the loss metric, p per unit volume of the features. Higher = more normal.</remarks>
public static class IsometricDensity
{
    /// <summary>log p(μ), the standard normal prior at the posterior mean: no density of x, but the baseline that the others improve on.</summary>
    public static double PriorAtMean(ReadOnlySpan<float> mean) => DiagonalGaussian.LogPrior(mean);

    /// <summary>log p_G(x) = log p(μ) + Σ log σⱼ + (n/2) log(2/β): the density in the metric of the loss (theorem 5). Ignores the distance to the manifold.
    /// Give the active latents only: a collapsed one is no dimension of the data. For the standard normal prior.</summary>
    public static double FromPosterior(ReadOnlySpan<float> mean, ReadOnlySpan<float> logVariance, double klWeight)
    {
        double logVolume = 0;
        foreach (float v in logVariance) logVolume += 0.5 * v;
        return DiagonalGaussian.LogPrior(mean) + logVolume + (0.5 * mean.Length * Math.Log(2 / klWeight));
    }

    /// <summary>log p_G(x) = −L_x/β − (n/2) log(πβ): the same density from the loss (theorem 6). Falls with the distance to the manifold.</summary>
    /// <param name="loss">L_x.</param>
    /// <param name="latentDimension">n, the number of active latents.</param>
    /// <param name="klWeight">β.</param>
    public static double FromLoss(double loss, int latentDimension, double klWeight) =>
        (-loss / klWeight) - (0.5 * latentDimension * Math.Log(Math.PI * klWeight));

    /// <summary>log p(x) = log p_G(x) + ½ log det(JᵀG_xJ) − ½ log det(JᵀJ), J in the features whose unit of volume is meant (theorem 7).</summary>
    /// <param name="logMetricDensity">log p_G(x).</param>
    /// <param name="logVolumeRatio"><see cref="VaeScorer.LogVolumeRatio"/>, or <see cref="VaeScorer.ScaledLogVolumeRatio"/>.</param>
    public static double ToInputDensity(double logMetricDensity, double logVolumeRatio) => logMetricDensity + logVolumeRatio;
}
