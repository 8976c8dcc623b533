namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// Fits an <see cref="RbfScale"/>: centres to latent codes by k-means, weights to the residuals of a decoder's mean by maximum likelihood: minimises ½ Σ(p r² − log p) over W ≥ 0,
/// which is convex, by expectation–maximisation.
/// </summary>
public static class RbfScaleFit
{
    // A residual of exactly zero would ask for infinite precision.
    private const double SmallestVarianceShare = 1e-6;

    // A width is a mean over a cluster's codes.
    private const int CodesPerCentre = 5;

    // A cluster of one code has no width: at least this share of the mean one.
    private const double SmallestWidthShare = 0.1;

    // Keeps a set without any spread from dividing by zero; its square is a normal number still.
    private const double SmallestSpread = 1e-100;

    /// <summary>The standard deviation of a decoder.</summary>
    /// <param name="codes">Latent codes, [n, d].</param>
    /// <param name="squaredResiduals">(x − μ(z))² of each code, [n, D].</param>
    /// <param name="dimension">d.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <returns>To D dimensions, or to one if its option says that all share one.</returns>
    /// <exception cref="ArgumentException">Shapes disagree.</exception>
    public static RbfScale Of(ReadOnlySpan<double> codes, ReadOnlySpan<double> squaredResiduals, int dimension, RbfScaleOptions? options = null)
    {
        options ??= new RbfScaleOptions();
        options.Validate();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        int n = codes.Length / dimension, D = n > 0 ? squaredResiduals.Length / n : 0;
        if (n == 0 || D == 0 || n * dimension != codes.Length || D * n != squaredResiduals.Length)
        {
            throw new ArgumentException(
                $"Expected residuals for each of {n} codes of {dimension} coordinates, got {squaredResiduals.Length} and {codes.Length} values.", nameof(squaredResiduals));
        }
        int clusters = Math.Clamp(n / CodesPerCentre, 1, options.Centres), outputs = options.Shared ? 1 : D;
        var means = KMeans.Fit(codes, dimension, clusters, options.Seed);
        double[] decay = Decay(codes, means, dimension, options.WidthFactor);
        var basis = new double[n * clusters];
        for (int i = 0; i < n; i++) RbfBasis.Evaluate(codes.Slice(i * dimension, dimension), means.Centres, decay, basis.AsSpan(i * clusters, clusters));
        double[] weights = new double[outputs * clusters], floor = new double[outputs], column = new double[n];
        for (int j = 0; j < outputs; j++)
        {
            for (int i = 0; i < n; i++) column[i] = options.Shared ? Sum(squaredResiduals.Slice(i * D, D)) : squaredResiduals[(i * D) + j];
            floor[j] = FitOutput(basis, column, options, weights.AsSpan(j * clusters, clusters));
        }
        return new RbfScale(means.Centres, decay, weights, floor);
    }

    /// <summary>
    /// A scale without a decoder: near 1 on the codes, growing to <see cref="RbfScaleOptions.FarScale"/> away from them. The factor of a <see cref="ConformalMetric"/>.
    /// </summary>
    /// <param name="codes">Latent codes, [n, d].</param>
    /// <param name="dimension">d.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <returns>To one dimension.</returns>
    /// <exception cref="ArgumentException">There is no whole number of codes.</exception>
    public static RbfScale Around(ReadOnlySpan<double> codes, int dimension, RbfScaleOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        var ones = new double[codes.Length / dimension];
        Array.Fill(ones, 1);
        return Of(codes, ones, dimension, options);
    }

    /// <summary>Writes the weights of one output, and returns its precision far from all codes.</summary>
    private static double FitOutput(double[] basis, double[] squared, RbfScaleOptions options, Span<double> weights)
    {
        double variance = Math.Max(squared.Average(), SmallestSpread);
        for (int i = 0; i < squared.Length; i++) squared[i] = Math.Max(squared[i], SmallestVarianceShare * variance);
        double floor = 1 / (variance * options.FarScale * options.FarScale);
        Maximise(basis, squared, floor, 1 / variance, options.Iterations, weights);
        return floor;
    }

    /// <summary>g = 1/(2 s²), s the width factor times the mean distance of a cluster's codes from their centre.</summary>
    private static double[] Decay(ReadOnlySpan<double> codes, KMeans means, int d, double factor)
    {
        int clusters = means.Centres.Length / d;
        double[] sums = new double[clusters], counts = new double[clusters];
        for (int i = 0; i < means.Labels.Length; i++)
        {
            int label = means.Labels[i];
            counts[label]++;
            sums[label] += DenseAlgebra.Distance(codes.Slice(i * d, d), means.Centres.AsSpan(label * d, d));
        }
        double least = SmallestWidthShare * Math.Max(sums.Sum() / means.Labels.Length, SmallestSpread);
        return [.. sums.Select((sum, k) => 0.5 / Math.Pow(factor * Math.Max(sum / Math.Max(1, counts[k]), least), 2))];
    }

    /// <summary>
    /// Minimises Σᵢ (pᵢ rᵢ² − log pᵢ), p = φ w + ζ. By Jensen's inequality each step wₖ ← wₖ (Σ φₖ/p)/(Σ φₖ r²) lowers it.
    /// </summary>
    private static void Maximise(double[] basis, double[] squared, double floor, double start, int iterations, Span<double> weights)
    {
        int K = weights.Length;
        double[] gain = new double[K], cost = new double[K];
        weights.Fill(start);
        for (int i = 0; i < squared.Length; i++) DenseAlgebra.AddScaled(basis.AsSpan(i * K, K), squared[i], cost);
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            Array.Clear(gain);
            for (int i = 0; i < squared.Length; i++)
            {
                ReadOnlySpan<double> phi = basis.AsSpan(i * K, K);
                DenseAlgebra.AddScaled(phi, 1 / (DenseAlgebra.Dot(phi, weights) + floor), gain);
            }
            for (int k = 0; k < K; k++) weights[k] *= cost[k] > 0 ? gain[k] / cost[k] : 0;
        }
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values) sum += value;
        return sum;
    }
}
