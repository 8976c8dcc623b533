namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// Geodesics that keep to latent codes: lengths of decoded points times a factor that is 1 on the codes and grows away from them (<see cref="ConformalMetric"/>), each curve started by the shortest way through a
/// graph of the codes.
/// </summary>
public static class CodeGeodesics
{
    // As Arvanitidis et al. 2018 have it: enough to follow a curved set of codes.
    private const int GraphNodes = 100;

    /// <summary>How the factor is fitted. Far away it only makes straight lines look long: 20 says enough.</summary>
    public static RbfScaleOptions Factor { get; } = new() { FarScale = 20 };

    /// <summary>The solver's defaults. The straight line leaves the codes, so that none starts as one; half a ring of codes does not fit into four segments.</summary>
    public static GeodesicOptions Geodesics { get; } = new() { InitialSegments = 8, StraightStart = false };

    /// <summary>A solver of such geodesics; its metric is at <see cref="GeodesicSolver.Metric"/>.</summary>
    /// <param name="decoder">f, a decoder's mean, or mean and standard deviation.</param>
    /// <param name="codes">Latent codes, [n, d].</param>
    /// <param name="options">What a geodesic must reach; null: <see cref="Geodesics"/>.</param>
    /// <exception cref="ArgumentException">There is no whole number of codes, or fewer than four.</exception>
    public static GeodesicSolver Solver(IImmersion decoder, ReadOnlySpan<double> codes, GeodesicOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        int d = decoder.LatentDimension;
        Check(codes, d);
        return Solver(new ConformalMetric(decoder, RbfScaleFit.Around(codes, d, Factor)), codes, options);
    }

    /// <summary>A solver whose curves start by the shortest way through the codes, in any metric.</summary>
    /// <param name="metric">G.</param>
    /// <param name="codes">Latent codes, [n, d].</param>
    /// <param name="options">What a geodesic must reach; null: <see cref="Geodesics"/>.</param>
    /// <exception cref="ArgumentException">There is no whole number of codes, or fewer than four.</exception>
    public static GeodesicSolver Solver(IRiemannianMetric metric, ReadOnlySpan<double> codes, GeodesicOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(metric);
        int d = metric.Dimension;
        Check(codes, d);
        return new GeodesicSolver(metric, options ?? Geodesics, new GraphInitializer(metric, KMeans.Fit(codes, d, Math.Min(GraphNodes, codes.Length / d / 2)).Centres));
    }

    // Half of them make a graph of two nodes.
    private static void Check(ReadOnlySpan<double> codes, int d)
    {
        if (codes.Length % d != 0 || codes.Length < 4 * d) throw new ArgumentException($"Expected at least four codes of {d} coordinates, got {codes.Length} values.", nameof(codes));
    }
}
