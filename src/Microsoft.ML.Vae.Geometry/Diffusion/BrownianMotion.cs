namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// Brownian motion of a metric: z ← z + √h G^(−½) ε − ½ h Gʲᵏ Γⱼₖ (Euler and Maruyama), h the running time divided by the steps. It
/// slows down where the metric is large, and so stays near data.
/// </summary>
/// <remarks>Kalatzis, Eklund, Arvanitidis, Hauberg 2020, Variational autoencoders with Riemannian Brownian motion priors; Hsu 2002 for the drift.</remarks>
public static class BrownianMotion
{
    /// <summary>Simulates one path.</summary>
    /// <param name="metric">G.</param>
    /// <param name="start">z₀, [d].</param>
    /// <param name="time">Running time t &gt; 0: E‖z − z₀‖² ≈ d t in the metric.</param>
    /// <param name="seed">The same seed gives the same path.</param>
    /// <param name="options">Null for the defaults.</param>
    public static BrownianPath Simulate(IRiemannianMetric metric, ReadOnlySpan<double> start, double time, int seed, BrownianOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(time);
        options ??= new BrownianOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Steps);
        int d = metric.Dimension;
        Guard.Length(start, d, nameof(start));
        Guard.Finite(start);
        var random = new RandomSource((ulong)seed);
        var points = new double[(options.Steps + 1) * d];
        start.CopyTo(points);
        for (int step = 0; step < options.Steps; step++)
        {
            Span<double> from = points.AsSpan(step * d, d), to = points.AsSpan((step + 1) * d, d);
            if (!TryStep(metric, from, to, time / options.Steps, options.Drift, ref random))
                return new(points[..((step + 1) * d)], GeodesicStatus.SingularMetric);
        }
        return new(points, GeodesicStatus.Converged);
    }

    private static bool TryStep(IRiemannianMetric metric, Span<double> from, Span<double> to, double h, bool drift, ref RandomSource random)
    {
        int d = from.Length;
        using var scratch = new Scratch((d * d) + (3 * d));
        Span<double> factor = scratch.Take(d * d), noise = scratch.Take(d), axis = scratch.Take(d), turn = scratch.Take(d);
        metric.Evaluate(from, factor);
        if (!Cholesky.TryFactor(factor, d)) return false;
        for (int i = 0; i < d; i++) noise[i] = random.NextNormal();
        Cholesky.SolveLowerTransposed(factor, noise);
        from.CopyTo(to);
        DenseAlgebra.AddScaled(noise, Math.Sqrt(h), to);
        // The columns of L⁻ᵀ are an orthonormal frame e, and Gʲᵏ Γⱼₖ = Σ Γ(e, e).
        for (int i = 0; drift && i < d; i++)
        {
            axis.Clear();
            axis[i] = 1;
            Cholesky.SolveLowerTransposed(factor, axis);
            if (!metric.TryChristoffel(from, axis, axis, turn)) return false;
            DenseAlgebra.AddScaled(turn, -0.5 * h, to);
        }
        return DenseAlgebra.AllFinite(to);
    }
}
