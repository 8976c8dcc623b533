namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// Derivatives of a metric of which only the matrix is known, by central differences with step h = ε^⅓ (1 + |z|): an error near 1e-10
/// relative to G‴ and G.
/// </summary>
internal static class MetricDifferences
{
    private const double CubeRootOfEpsilon = 6.055454452393343e-06;

    /// <summary>Γ(u, v) = ½ G⁻¹(∂ᵤG v + ∂ᵥG u − ∇(uᵀGv)).</summary>
    public static bool TryChristoffel(
        IRiemannianMetric metric, ReadOnlySpan<double> point, ReadOnlySpan<double> u, ReadOnlySpan<double> v, Span<double> result)
    {
        int d = metric.Dimension;
        using var scratch = new Scratch((2 * d * d) + (2 * d));
        Span<double> G = scratch.Take(d * d), slope = scratch.Take(d * d), axis = scratch.Take(d), product = scratch.Take(d);
        result.Clear();
        Derivative(metric, point, u, slope);
        DenseAlgebra.TimesVector(slope, v, product);
        DenseAlgebra.AddScaled(product, 0.5, result);
        Derivative(metric, point, v, slope);
        DenseAlgebra.TimesVector(slope, u, product);
        DenseAlgebra.AddScaled(product, 0.5, result);
        for (int k = 0; k < d; k++)
        {
            axis.Clear();
            axis[k] = 1;
            Derivative(metric, point, axis, slope);
            result[k] -= 0.5 * DenseAlgebra.Bilinear(u, slope, v);
        }
        metric.Evaluate(point, G);
        if (!Cholesky.TryFactor(G, d)) return false;
        Cholesky.Solve(G, result);
        return DenseAlgebra.AllFinite(result);
    }

    /// <summary>e = ½vᵀGv with ∂e/∂z and ∂e/∂v.</summary>
    public static double EnergyGradient(
        IRiemannianMetric metric, ReadOnlySpan<double> point, ReadOnlySpan<double> velocity, Span<double> byPoint, Span<double> byVelocity)
    {
        int d = metric.Dimension;
        double h = Step(point);
        using var scratch = new Scratch((d * d) + d);
        Span<double> G = scratch.Take(d * d), moved = scratch.Take(d);
        for (int k = 0; k < d; k++)
        {
            point.CopyTo(moved);
            moved[k] = point[k] + h;
            double ahead = Energy(metric, moved, velocity, G);
            moved[k] = point[k] - h;
            byPoint[k] = (ahead - Energy(metric, moved, velocity, G)) / (2 * h);
        }
        metric.Evaluate(point, G);
        DenseAlgebra.TimesVector(G, velocity, byVelocity);
        return 0.5 * DenseAlgebra.Dot(velocity, byVelocity);
    }

    private static double Energy(IRiemannianMetric metric, ReadOnlySpan<double> point, ReadOnlySpan<double> velocity, Span<double> G)
    {
        metric.Evaluate(point, G);
        return 0.5 * DenseAlgebra.Bilinear(velocity, G, velocity);
    }

    /// <summary>∂G along a direction, [d, d].</summary>
    private static void Derivative(IRiemannianMetric metric, ReadOnlySpan<double> point, ReadOnlySpan<double> direction, Span<double> slope)
    {
        int d = point.Length;
        double length = DenseAlgebra.Norm(direction);
        slope.Clear();
        if (length == 0) return;
        double h = Step(point) / length;
        using var scratch = new Scratch(d + (d * d));
        Span<double> moved = scratch.Take(d), G = scratch.Take(d * d);
        foreach (double side in (ReadOnlySpan<double>)[1, -1])
        {
            for (int i = 0; i < d; i++) moved[i] = point[i] + (side * h * direction[i]);
            metric.Evaluate(moved, G);
            DenseAlgebra.AddScaled(G, side / (2 * h), slope);
        }
    }

    private static double Step(ReadOnlySpan<double> point) => CubeRootOfEpsilon * (1 + DenseAlgebra.Norm(point));
}
