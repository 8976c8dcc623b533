using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Core;

/// <summary>Log-densities of an input, read off a trained VAE (Nakagawa, Kato, Suzuki 2021); nats, absolute constants included.</summary>
/// <remarks>All are densities on the n-dimensional data manifold, per unit volume of the scaled features. Higher = more normal.</remarks>
public static class IsometricDensity
{
    /// <summary>log p(μ), the prior at the posterior mean: no density of x, but the baseline that the others improve on.</summary>
    public static double PriorAtMean(ReadOnlySpan<float> mean) => DiagonalGaussian.LogPrior(mean);

    /// <summary>log p_G(x) = log p(μ) + Σ log σⱼ + (n/2) log(2/β): the density in the metric of the loss (theorem 5). Ignores the distance to the manifold.
    /// Give the active latents only: a collapsed one is no dimension of the data.</summary>
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

    /// <summary>log p(x) = log p_G(x) + (n/2) log a_x, where G_x = a_x I (theorem 7).</summary>
    public static double ToInputDensity(double logMetricDensity, double metricWeight, int latentDimension) =>
        // Without a dimension there is no volume to scale, not even by an overflowed weight.
        latentDimension == 0 && !double.IsNaN(metricWeight) ? logMetricDensity : logMetricDensity + (0.5 * latentDimension * Math.Log(metricWeight));

    /// <summary>log p(x) = log p_G(x) + ½ log det(JᵀG_xJ) − ½ log det(JᵀJ), for a general G_x (theorem 7).</summary>
    /// <returns>NaN where either determinant vanishes: some latent has no effect at this row.</returns>
    public static double ToInputDensity(double logMetricDensity, PullbackMetric metric, ReadOnlySpan<double> latent, ReadOnlySpan<double> metricDiagonal)
    {
        ArgumentNullException.ThrowIfNull(metric);
        return logMetricDensity + (0.5 * (metric.LogDeterminant(latent, metricDiagonal) - metric.LogDeterminant(latent, default)));
    }
}
