namespace Microsoft.ML.Vae.Geometry;

/// <summary>Fits an <see cref="RbfScale"/> to the residuals of a decoder.</summary>
internal static class RbfScaleFit
{
    // A residual of exactly zero would ask for infinite precision.
    private const double SmallestVarianceShare = 1e-6;

    public static RbfScale Fit(ReadOnlySpan<double> codes, ReadOnlySpan<double> squaredResiduals, int d, RbfScaleOptions options)
    {
        options.Validate();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(d);
        int n = codes.Length / d, D = n > 0 ? squaredResiduals.Length / n : 0;
        if (n == 0 || D == 0 || D * n != squaredResiduals.Length)
            throw new ArgumentException($"Expected residuals for each of {n} codes, got {squaredResiduals.Length} values.", nameof(squaredResiduals));
        int clusters = Math.Min(options.Centres, n);
        var means = KMeans.Fit(codes, d, clusters, options.Seed);
        double[] decay = Decay(codes, means, d, options.WidthFactor);
        var basis = new double[n * clusters];
        for (int i = 0; i < n; i++) RbfBasis.Evaluate(codes.Slice(i * d, d), means.Centres, decay, basis.AsSpan(i * clusters, clusters));
        double[] weights = new double[D * clusters], floor = new double[D], column = new double[n];
        for (int j = 0; j < D; j++)
        {
            for (int i = 0; i < n; i++) column[i] = squaredResiduals[(i * D) + j];
            double variance = Math.Max(column.Average(), double.Epsilon * 1e20);
            for (int i = 0; i < n; i++) column[i] = Math.Max(column[i], SmallestVarianceShare * variance);
            floor[j] = 1 / (variance * options.FarScale * options.FarScale);
            Weights(basis, column, floor[j], 1 / variance, options.Iterations, weights.AsSpan(j * clusters, clusters));
        }
        return new RbfScale(means.Centres, decay, weights, floor);
    }

    /// <summary>g = 1/(2 s²), s the width factor times the root mean squared distance of a cluster, at least a tenth of the mean of all.</summary>
    private static double[] Decay(ReadOnlySpan<double> codes, KMeans means, int d, double factor)
    {
        int clusters = means.Centres.Length / d;
        double[] sums = new double[clusters], counts = new double[clusters];
        for (int i = 0; i < means.Labels.Length; i++)
        {
            int label = means.Labels[i];
            counts[label]++;
            for (int j = 0; j < d; j++) sums[label] += Math.Pow(codes[(i * d) + j] - means.Centres[(label * d) + j], 2);
        }
        double overall = Math.Max(means.Inertia / means.Labels.Length, double.Epsilon * 1e20);
        return [.. sums.Select((sum, k) => 0.5 / (factor * factor * Math.Max(sum / Math.Max(1, counts[k]), 0.01 * overall)))];
    }

    /// <summary>
    /// Minimises Σᵢ (pᵢ rᵢ² − log pᵢ), p = φ w + ζ. By Jensen's inequality each step wₖ ← wₖ (Σ φₖ/p)/(Σ φₖ r²) lowers it.
    /// </summary>
    private static void Weights(double[] basis, double[] squared, double floor, double start, int iterations, Span<double> weights)
    {
        int K = weights.Length;
        double[] gain = new double[K], cost = new double[K];
        weights.Fill(start);
        for (int i = 0; i < squared.Length; i++) MatrixProduct.AddScaled(basis.AsSpan(i * K, K), squared[i], cost);
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            Array.Clear(gain);
            for (int i = 0; i < squared.Length; i++)
            {
                ReadOnlySpan<double> phi = basis.AsSpan(i * K, K);
                MatrixProduct.AddScaled(phi, 1 / (MatrixProduct.Dot(phi, weights) + floor), gain);
            }
            for (int k = 0; k < K; k++) weights[k] *= cost[k] > 0 ? gain[k] / cost[k] : 0;
        }
    }
}
