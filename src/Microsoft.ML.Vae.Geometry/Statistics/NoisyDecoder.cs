namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// A decoder with its noise: z ↦ (μ(z), σ(z)), whose pull-back JμᵀJμ + JσᵀJσ is the expected metric of the random decoder. The standard deviation is a radial one, fitted to what
/// the mean leaves of the data: small where codes are, large where none is.
/// </summary>
/// <remarks>
/// Arvanitidis, Hansen, Hauberg 2018, Latent Space Oddity. They train σ by the bound with the mean held; here it is fitted to the residuals by <see cref="RbfScaleFit"/>.
/// </remarks>
public static class NoisyDecoder
{
    // Rows decoded at a time.
    private const int Together = 64;

    /// <summary>Fits σ, and stacks it below the mean.</summary>
    /// <param name="mean">μ.</param>
    /// <param name="codes">Latent codes of n rows, [n, d].</param>
    /// <param name="targets">The rows themselves, in the space of the mean's image, [n, D].</param>
    /// <param name="options">Null for the defaults.</param>
    /// <returns>To 2D dimensions, or D + 1 if its option says that all outputs share one σ.</returns>
    /// <exception cref="ArgumentException">Shapes disagree.</exception>
    public static StackedImmersion Fit(IImmersion mean, ReadOnlySpan<double> codes, ReadOnlySpan<double> targets, RbfScaleOptions? options = null) =>
        new(mean, FitDeviation(mean, codes, targets, options));

    /// <summary>Fits σ alone, to be kept; the arguments are those of <see cref="Fit"/>.</summary>
    /// <exception cref="ArgumentException">Shapes disagree.</exception>
    public static RbfScale FitDeviation(IImmersion mean, ReadOnlySpan<double> codes, ReadOnlySpan<double> targets, RbfScaleOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(mean);
        int d = mean.LatentDimension, D = mean.AmbientDimension, n = codes.Length / d;
        if (n * d != codes.Length || n * D != targets.Length)
            throw new ArgumentException($"Expected {d} coordinates of each code and {D} of each target, got {codes.Length} and {targets.Length} values.", nameof(targets));
        var squared = new double[n * D];
        for (int first = 0; first < n; first += Together)
        {
            int count = Math.Min(Together, n - first);
            mean.EvaluateAll(codes.Slice(first * d, count * d), squared.AsSpan(first * D, count * D));
        }
        for (int i = 0; i < squared.Length; i++) squared[i] = (targets[i] - squared[i]) * (targets[i] - squared[i]);
        return RbfScaleFit.Of(codes, squared, d, options);
    }
}
