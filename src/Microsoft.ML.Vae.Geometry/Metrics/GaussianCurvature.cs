namespace Microsoft.ML.Vae.Geometry;

/// <summary>Gaussian curvature of a two-dimensional metric.</summary>
public static class GaussianCurvature
{
    // Balances truncation against the Christoffel symbols' own error near 1e-10.
    private const double RelativeStep = 1e-4;

    /// <summary>
    /// K = ⟨R(e₁, e₂)e₂, e₁⟩ / det G with R(e₁, e₂)e₂ = ∂₁Γ₂₂ − ∂₂Γ₁₂ + Γ(e₁, Γ₂₂) − Γ(e₂, Γ₁₂): positive on a sphere. The partial
    /// derivatives are central differences with an error near 1e-6.
    /// </summary>
    /// <param name="metric">Of dimension 2.</param>
    /// <param name="point">z, [2].</param>
    /// <param name="curvature">K; zero if there is none.</param>
    /// <returns>False if the metric is singular at or beside the point.</returns>
    /// <exception cref="ArgumentException">The metric is not two-dimensional.</exception>
    public static bool TryEvaluate(IRiemannianMetric metric, ReadOnlySpan<double> point, out double curvature)
    {
        ArgumentNullException.ThrowIfNull(metric);
        if (metric.Dimension != 2)
            throw new ArgumentException($"Expected a metric of 2 dimensions, got {metric.Dimension}: in more, curvature is a tensor.", nameof(metric));
        curvature = 0;
        double h = RelativeStep * (1 + DenseAlgebra.Norm(point));
        Span<double> result = stackalloc double[2], term = stackalloc double[2], symbol = stackalloc double[2], G = stackalloc double[4];
        ReadOnlySpan<double> first = [1, 0], second = [0, 1];
        bool regular = TryAdd(metric, point, first, h, second, second, 0.5 / h, result)
            && TryAdd(metric, point, first, -h, second, second, -0.5 / h, result)
            && TryAdd(metric, point, second, h, first, second, -0.5 / h, result)
            && TryAdd(metric, point, second, -h, first, second, 0.5 / h, result)
            && metric.TryChristoffel(point, second, second, symbol)
            && metric.TryChristoffel(point, first, symbol, term);
        DenseAlgebra.AddScaled(term, 1, result);
        regular = regular && metric.TryChristoffel(point, first, second, symbol) && metric.TryChristoffel(point, second, symbol, term);
        DenseAlgebra.AddScaled(term, -1, result);
        metric.Evaluate(point, G);
        double determinant = (G[0] * G[3]) - (G[1] * G[2]);
        if (!regular || !(determinant > 0)) return false;
        curvature = ((G[0] * result[0]) + (G[1] * result[1])) / determinant;
        return double.IsFinite(curvature);
    }

    /// <summary>result += scale · Γ(u, v) at the point moved along an axis.</summary>
    private static bool TryAdd(
        IRiemannianMetric metric, ReadOnlySpan<double> point, ReadOnlySpan<double> axis, double h,
        ReadOnlySpan<double> u, ReadOnlySpan<double> v, double scale, Span<double> result)
    {
        Span<double> moved = stackalloc double[2], symbol = stackalloc double[2];
        for (int i = 0; i < 2; i++) moved[i] = point[i] + (h * axis[i]);
        if (!metric.TryChristoffel(moved, u, v, symbol)) return false;
        DenseAlgebra.AddScaled(symbol, scale, result);
        return true;
    }
}
