namespace Microsoft.ML.Vae.Core;

/// <summary>The posterior q(z|x) = N(μ, diag e^{logVar}) of one row: closed forms, nats.</summary>
public static class DiagonalGaussian
{
    /// <summary>Bounds of the log-variance: e^−20 still inverts in single precision, e^10 is far wider than the prior.</summary>
    public const float MinimumLogVariance = -20f, MaximumLogVariance = 10f;

    /// <summary>KLⱼ = ½(μⱼ² + σⱼ² − log σⱼ² − 1) of one coordinate; never negative.</summary>
    public static double Kl(double mean, double logVariance) => 0.5 * ((mean * mean) + Math.Max(0, StableMath.ExpM1(logVariance) - logVariance));

    /// <summary>KL(q ‖ N(0, I)), summed over coordinates.</summary>
    public static double Kl(ReadOnlySpan<float> mean, ReadOnlySpan<float> logVariance)
    {
        double sum = 0;
        for (int j = 0; j < mean.Length; j++) sum += Kl(mean[j], logVariance[j]);
        return sum;
    }

    /// <summary>log N(z; 0, I).</summary>
    public static double LogPrior(ReadOnlySpan<float> z)
    {
        double sum = 0;
        foreach (float v in z) sum += (double)v * v;
        return -0.5 * (sum + (z.Length * StableMath.Log2Pi));
    }
}
