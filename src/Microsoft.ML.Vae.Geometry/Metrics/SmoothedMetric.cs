namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// A metric with more contrast: each eigenvalue s of G becomes s³/(s² + λ). Those far above √λ stay as they are; those far below fall to s³/λ, so that what costs little costs less
/// still beside what costs much. Paths then keep to the valleys of the magnification, where data lie, however long the way. λ → 0 gives G back, λ → ∞ the geometry of G³.
/// </summary>
/// <remarks>
/// Chen, Klushyn, Kurle, Jiang, Bayer, van der Smagt 2018, Metrics for deep generative models: U diag(sᵢ³/(sᵢ² + λ)) Vᵀ in place of G = U diag(sᵢ) Vᵀ. The paper thinks of it as a
/// penalty λ‖G‖₂ beside the length. Its values of λ are not known to us: take them relative to the median squared eigenvalue on the data. Derivatives are central differences.
/// </remarks>
public sealed class SmoothedMetric : IRiemannianMetric
{
    private readonly IRiemannianMetric _metric;
    private readonly double _lambda;

    /// <summary>Smooths a metric.</summary>
    /// <param name="metric">G.</param>
    /// <param name="lambda">λ ≥ 0, finite, in units of squared eigenvalues; 0 gives the bits of G.</param>
    public SmoothedMetric(IRiemannianMetric metric, double lambda)
    {
        ArgumentNullException.ThrowIfNull(metric);
        if (!(lambda >= 0 && double.IsFinite(lambda))) throw new ArgumentOutOfRangeException(nameof(lambda), lambda, "Expected a finite λ ≥ 0.");
        (_metric, _lambda) = (metric, lambda);
    }

    /// <inheritdoc/>
    public int Dimension => _metric.Dimension;

    /// <inheritdoc/>
    public void Evaluate(ReadOnlySpan<double> point, Span<double> metric)
    {
        _metric.Evaluate(point, metric);
        Smooth(metric);
    }

    /// <inheritdoc/>
    public void EvaluateAll(ReadOnlySpan<double> points, Span<double> metrics)
    {
        int size = Dimension * Dimension;
        _metric.EvaluateAll(points, metrics);
        for (int at = 0; at < metrics.Length; at += size) Smooth(metrics.Slice(at, size));
    }

    private void Smooth(Span<double> metric)
    {
        int d = Dimension;
        if (_lambda == 0 || !DenseAlgebra.AllFinite(metric)) return;
        using var scratch = new Scratch((d * d) + d);
        Span<double> vectors = scratch.Take(d * d), values = scratch.Take(d);
        SymmetricEigen.Decompose(metric, vectors, d);
        for (int k = 0; k < d; k++) values[k] = Smooth(metric[(k * d) + k]);
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

    /// <summary>s³/(s² + λ) = s/(1 + λ/s²), which neither overflows nor divides zero by zero; an eigenvalue below zero is round-off.</summary>
    private double Smooth(double s) => s > 0 ? s / (1 + (_lambda / s / s)) : 0;
}
