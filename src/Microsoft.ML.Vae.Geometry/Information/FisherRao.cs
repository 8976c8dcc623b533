namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// Fisher–Rao geometry of Gaussians with diagonal covariance, in closed form: ds² = Σⱼ (dμⱼ² + 2 dσⱼ²)/σⱼ², a product of hyperbolic
/// planes. A point is given by its means and its log-variances; a tangent vector by dμ and d log σ².
/// </summary>
/// <remarks>
/// With x = μ/√2 each factor is √2 times the half-plane (dx² + dσ²)/σ². Costa, Santos, Strapasson 2015, Fisher information distance:
/// a geometrical reading; Peşte, Malagò, Sârbu 2017 for its use in latent spaces.
/// </remarks>
public static class FisherRao
{
    private static readonly double Sqrt2 = Math.Sqrt(2);

    /// <summary>Distance between two Gaussians: the root of the sum of the squares over coordinates.</summary>
    /// <param name="mean1">μ₁, [d].</param>
    /// <param name="logVariance1">log σ₁², [d].</param>
    /// <param name="mean2">μ₂, [d].</param>
    /// <param name="logVariance2">log σ₂², [d].</param>
    public static double Distance(
        ReadOnlySpan<double> mean1, ReadOnlySpan<double> logVariance1, ReadOnlySpan<double> mean2, ReadOnlySpan<double> logVariance2)
    {
        CheckShapes(mean1.Length, logVariance1, mean2, logVariance2);
        double squared = 0;
        for (int j = 0; j < mean1.Length; j++)
        {
            double delta = HalfPlaneDistance(mean1[j], logVariance1[j], mean2[j], logVariance2[j]);
            squared += 2 * delta * delta;
        }
        return Math.Sqrt(squared);
    }

    /// <summary>Writes the point at a fraction of the way along the geodesic, at constant speed.</summary>
    /// <param name="mean1">μ₁, [d].</param>
    /// <param name="logVariance1">log σ₁², [d].</param>
    /// <param name="mean2">μ₂, [d].</param>
    /// <param name="logVariance2">log σ₂², [d].</param>
    /// <param name="t">0 gives the first Gaussian, 1 the second.</param>
    /// <param name="mean">μ(t), [d].</param>
    /// <param name="logVariance">log σ²(t), [d].</param>
    public static void Geodesic(
        ReadOnlySpan<double> mean1, ReadOnlySpan<double> logVariance1, ReadOnlySpan<double> mean2, ReadOnlySpan<double> logVariance2,
        double t, Span<double> mean, Span<double> logVariance)
    {
        int d = mean1.Length;
        using var scratch = new Scratch(2 * d);
        Span<double> meanVelocity = scratch.Take(d), logVarianceVelocity = scratch.Take(d);
        Log(mean1, logVariance1, mean2, logVariance2, meanVelocity, logVarianceVelocity);
        for (int j = 0; j < d; j++) (meanVelocity[j], logVarianceVelocity[j]) = (t * meanVelocity[j], t * logVarianceVelocity[j]);
        Exp(mean1, logVariance1, meanVelocity, logVarianceVelocity, mean, logVariance);
    }

    /// <summary>Writes the velocity with which the geodesic from the first Gaussian reaches the second after unit time.</summary>
    /// <param name="mean1">μ₁, [d].</param>
    /// <param name="logVariance1">log σ₁², [d].</param>
    /// <param name="mean2">μ₂, [d].</param>
    /// <param name="logVariance2">log σ₂², [d].</param>
    /// <param name="meanVelocity">dμ/dt at 0, [d].</param>
    /// <param name="logVarianceVelocity">d log σ²/dt at 0, [d].</param>
    public static void Log(
        ReadOnlySpan<double> mean1, ReadOnlySpan<double> logVariance1, ReadOnlySpan<double> mean2, ReadOnlySpan<double> logVariance2,
        Span<double> meanVelocity, Span<double> logVarianceVelocity)
    {
        CheckShapes(mean1.Length, logVariance1, mean2, logVariance2);
        for (int j = 0; j < mean1.Length; j++)
        {
            // In units of σ₁ the start is (0, 1) and the end (x, y); the initial direction is that of (x, (x² + y² − 1)/2).
            double sigma = Math.Exp(0.5 * logVariance1[j]);
            double x = (mean2[j] - mean1[j]) / (Sqrt2 * sigma), eta = 0.5 * (logVariance2[j] - logVariance1[j]);
            double delta = HalfPlaneDistance(mean1[j], logVariance1[j], mean2[j], logVariance2[j]);
            // Divided by y: finite for all y, and rise = sinh η + x²/(2y) has no cancellation near y = 1.
            double across = x * Math.Exp(-eta), rise = Math.Sinh(eta) + (0.5 * x * across);
            double norm = double.Hypot(across, rise);
            double scale = norm > 0 ? delta / norm : 0;
            meanVelocity[j] = Sqrt2 * sigma * scale * across;
            logVarianceVelocity[j] = 2 * scale * rise;
        }
    }

    /// <summary>Writes the Gaussian that the geodesic with a given initial velocity reaches after unit time.</summary>
    /// <param name="mean">μ, [d].</param>
    /// <param name="logVariance">log σ², [d].</param>
    /// <param name="meanVelocity">dμ/dt at 0, [d].</param>
    /// <param name="logVarianceVelocity">d log σ²/dt at 0, [d].</param>
    /// <param name="endMean">μ(1), [d].</param>
    /// <param name="endLogVariance">log σ²(1), [d].</param>
    public static void Exp(
        ReadOnlySpan<double> mean, ReadOnlySpan<double> logVariance,
        ReadOnlySpan<double> meanVelocity, ReadOnlySpan<double> logVarianceVelocity, Span<double> endMean, Span<double> endLogVariance)
    {
        CheckShapes(mean.Length, logVariance, meanVelocity, logVarianceVelocity);
        for (int j = 0; j < mean.Length; j++)
        {
            double sigma = Math.Exp(0.5 * logVariance[j]);
            double across = meanVelocity[j] / (Sqrt2 * sigma), rise = 0.5 * logVarianceVelocity[j];
            double delta = double.Hypot(across, rise);
            double sine = delta > 0 ? rise / delta : 0, cosine = delta > 0 ? across / delta : 0;
            // 1/y = cosh δ − sine · sinh δ, written without cancellation for sine near 1.
            double inverse = 0.5 * ((Math.Exp(-delta) * (1 + sine)) + (Math.Exp(delta) * OneMinus(sine, cosine)));
            endMean[j] = mean[j] + (Sqrt2 * sigma * cosine * Math.Sinh(delta) / inverse);
            endLogVariance[j] = logVariance[j] - (2 * Math.Log(inverse));
        }
    }

    /// <summary>1 − sine, from the cosine where that is the accurate way.</summary>
    private static double OneMinus(double sine, double cosine) => sine > 0 ? cosine * cosine / (1 + sine) : 1 - sine;

    /// <summary>2 arsinh(½√(x²/y + (y − 1)²/y)) with y = σ₂/σ₁: accurate for near and for far points.</summary>
    private static double HalfPlaneDistance(double mean1, double logVariance1, double mean2, double logVariance2)
    {
        double x = (mean2 - mean1) / Sqrt2 * Math.Exp(-0.25 * (logVariance1 + logVariance2));
        return 2 * Math.Asinh(double.Hypot(0.5 * x, Math.Sinh(0.25 * (logVariance2 - logVariance1))));
    }

    private static void CheckShapes(int d, ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> c)
    {
        Guard.Length(a, d, nameof(a));
        Guard.Length(b, d, nameof(b));
        Guard.Length(c, d, nameof(c));
    }
}
