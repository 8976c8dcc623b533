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

    /// <summary>e = ½vᵀGv with ∂e/∂z and ∂e/∂v, at n points.</summary>
    public static void EnergyGradients(
        IRiemannianMetric metric, ReadOnlySpan<double> points, ReadOnlySpan<double> velocities, Span<double> energies, Span<double> byPoints, Span<double> byVelocities)
    {
        int d = metric.Dimension, n = points.Length / d, around = 1 + (2 * d);
        using var scratch = new Scratch(n * around * (d + (d * d)));
        Span<double> moved = scratch.Take(n * around * d), metrics = scratch.Take(n * around * d * d);
        for (int p = 0; p < n; p++) Surround(points.Slice(p * d, d), moved.Slice(p * around * d, around * d));
        metric.EvaluateAll(moved, metrics);
        for (int p = 0; p < n; p++)
        {
            ReadOnlySpan<double> velocity = velocities.Slice(p * d, d);
            Span<double> G = metrics.Slice(p * around * d * d, around * d * d), momentum = byVelocities.Slice(p * d, d);
            double step = 2 * Step(points.Slice(p * d, d));
            for (int k = 0; k < d; k++)
                byPoints[(p * d) + k] = (Energy(G.Slice((1 + (2 * k)) * d * d, d * d), velocity) - Energy(G.Slice((2 + (2 * k)) * d * d, d * d), velocity)) / step;
            DenseAlgebra.TimesVector(G[..(d * d)], velocity, momentum);
            energies[p] = 0.5 * DenseAlgebra.Dot(velocity, momentum);
        }
    }

    /// <summary>Writes a point, and those a step ahead of it and behind it along each axis, [1 + 2d, d].</summary>
    private static void Surround(ReadOnlySpan<double> point, Span<double> moved)
    {
        int d = point.Length;
        double h = Step(point);
        for (int row = 0; row < 1 + (2 * d); row++) point.CopyTo(moved[(row * d)..]);
        for (int k = 0; k < d; k++)
        {
            moved[((1 + (2 * k)) * d) + k] += h;
            moved[((2 + (2 * k)) * d) + k] -= h;
        }
    }

    private static double Energy(ReadOnlySpan<double> G, ReadOnlySpan<double> velocity) => 0.5 * DenseAlgebra.Bilinear(velocity, G, velocity);

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
