namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// A metric whose small eigenvalues are damped: each eigenvalue s becomes s³/(s² + λ), so that regions through which a decoder hardly
/// changes are no shortcut worth less than they seem, and large eigenvalues stay as they are.
/// </summary>
/// <remarks>Chen, Klushyn, Kurle, Jiang, Bayer, van der Smagt 2018, Metrics for deep generative models.</remarks>
public sealed class SmoothedMetric : IRiemannianMetric
{
    private readonly IRiemannianMetric _metric;
    private readonly double _lambda;

    /// <summary>Smooths a metric.</summary>
    /// <param name="metric">G.</param>
    /// <param name="lambda">λ ≥ 0, in units of squared eigenvalues; 0 leaves the metric as it is.</param>
    public SmoothedMetric(IRiemannianMetric metric, double lambda)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentOutOfRangeException.ThrowIfNegative(lambda);
        (_metric, _lambda) = (metric, lambda);
    }

    /// <inheritdoc/>
    public int Dimension => _metric.Dimension;

    /// <inheritdoc/>
    public void Evaluate(ReadOnlySpan<double> point, Span<double> metric)
    {
        int d = Dimension;
        _metric.Evaluate(point, metric);
        if (!MatrixProduct.AllFinite(metric)) return;
        using var scratch = new Scratch((d * d) + d);
        Span<double> vectors = scratch.Take(d * d), values = scratch.Take(d);
        SymmetricEigen.Decompose(metric, vectors, d);
        for (int k = 0; k < d; k++)
        {
            double s = Math.Max(0, metric[(k * d) + k]);
            values[k] = s > 0 ? s / (1 + (_lambda / (s * s))) : 0;
        }
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                double sum = 0;
                for (int k = 0; k < d; k++) sum += vectors[(i * d) + k] * values[k] * vectors[(j * d) + k];
                metric[(i * d) + j] = sum;
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>By central differences of the smoothed matrix, with an error near 1e-10.</remarks>
    public bool TryChristoffel(ReadOnlySpan<double> point, ReadOnlySpan<double> u, ReadOnlySpan<double> v, Span<double> result) =>
        MetricDifferences.TryChristoffel(this, point, u, v, result);
}
