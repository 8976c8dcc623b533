namespace Microsoft.ML.Vae.Geometry;

/// <summary>What follows from a metric matrix alone.</summary>
public static class RiemannianMetricExtensions
{
    /// <summary>G(z), [d, d], in a new array.</summary>
    /// <param name="metric">G.</param>
    /// <param name="point">z, [d].</param>
    public static double[] Evaluate(this IRiemannianMetric metric, ReadOnlySpan<double> point)
    {
        ArgumentNullException.ThrowIfNull(metric);
        var matrix = new double[metric.Dimension * metric.Dimension];
        metric.Evaluate(point, matrix);
        return matrix;
    }

    /// <summary>uᵀG(z)v.</summary>
    /// <param name="metric">G.</param>
    /// <param name="point">z, [d].</param>
    /// <param name="u">[d].</param>
    /// <param name="v">[d].</param>
    public static double InnerProduct(
        this IRiemannianMetric metric, ReadOnlySpan<double> point, ReadOnlySpan<double> u, ReadOnlySpan<double> v)
    {
        ArgumentNullException.ThrowIfNull(metric);
        int d = metric.Dimension;
        using var scratch = new Scratch(d * d);
        Span<double> matrix = scratch.Take(d * d);
        metric.Evaluate(point, matrix);
        return DenseAlgebra.Bilinear(u, matrix, v);
    }

    /// <summary>√(vᵀG(z)v), the length of v.</summary>
    /// <param name="metric">G.</param>
    /// <param name="point">z, [d].</param>
    /// <param name="v">[d].</param>
    public static double Norm(this IRiemannianMetric metric, ReadOnlySpan<double> point, ReadOnlySpan<double> v) =>
        Math.Sqrt(Math.Max(0, metric.InnerProduct(point, v, v)));

    /// <summary>log det G(z); −∞ where G is singular to working accuracy.</summary>
    /// <param name="metric">G.</param>
    /// <param name="point">z, [d].</param>
    public static double LogDeterminant(this IRiemannianMetric metric, ReadOnlySpan<double> point)
    {
        ArgumentNullException.ThrowIfNull(metric);
        int d = metric.Dimension;
        using var scratch = new Scratch(d * d);
        Span<double> matrix = scratch.Take(d * d);
        metric.Evaluate(point, matrix);
        return LogDeterminant(matrix, d);
    }

    /// <summary>√det G(z): the volume of the image per unit of latent volume. Zero where G is singular.</summary>
    /// <param name="metric">G.</param>
    /// <param name="point">z, [d].</param>
    public static double MagnificationFactor(this IRiemannianMetric metric, ReadOnlySpan<double> point) =>
        Math.Exp(0.5 * metric.LogDeterminant(point));

    /// <summary>log det of a matrix, which is overwritten; −∞ where it is singular to working accuracy.</summary>
    internal static double LogDeterminant(Span<double> matrix, int d) =>
        Cholesky.TryFactor(matrix, d) ? Cholesky.LogDeterminant(matrix, d) : double.NegativeInfinity;
}
