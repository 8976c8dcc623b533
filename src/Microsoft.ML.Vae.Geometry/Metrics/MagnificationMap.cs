namespace Microsoft.ML.Vae.Geometry;

/// <summary>log √det G on a grid of a two-dimensional latent space: the cells' midpoints, the lowest row first.</summary>
/// <param name="Low">Lower left corner of the rectangle, [2].</param>
/// <param name="High">Upper right corner, [2].</param>
/// <param name="Columns">Cells along the first latent coordinate.</param>
/// <param name="Rows">Cells along the second.</param>
/// <param name="LogMagnification">[Rows, Columns]; −∞ where the metric is singular.</param>
public sealed record MagnificationMap(double[] Low, double[] High, int Columns, int Rows, double[] LogMagnification)
{
    /// <summary>Volume of the image of the rectangle, by the midpoint rule.</summary>
    public double Volume =>
        LogMagnification.Sum(Math.Exp) * (High[0] - Low[0]) * (High[1] - Low[1]) / (Columns * (double)Rows);

    /// <summary>Evaluates the map, rows in parallel.</summary>
    /// <param name="metric">Of dimension 2.</param>
    /// <param name="low">Lower left corner, [2].</param>
    /// <param name="high">Upper right corner, [2].</param>
    /// <param name="columns">Cells along the first latent coordinate.</param>
    /// <param name="rows">Cells along the second.</param>
    /// <param name="maxThreads">Largest number of threads; −1 for all processors.</param>
    /// <exception cref="ArgumentException">The metric is not two-dimensional, or a corner is not.</exception>
    public static MagnificationMap Of(
        IRiemannianMetric metric, ReadOnlySpan<double> low, ReadOnlySpan<double> high, int columns, int rows, int maxThreads = -1)
    {
        ArgumentNullException.ThrowIfNull(metric);
        if (metric.Dimension != 2) throw new ArgumentException($"Expected a metric of 2 dimensions, got {metric.Dimension}.", nameof(metric));
        Guard.Length(low, 2, nameof(low));
        Guard.Length(high, 2, nameof(high));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        double x0 = low[0], y0 = low[1], dx = (high[0] - x0) / columns, dy = (high[1] - y0) / rows;
        var values = new double[columns * rows];
        Parallel.For(0, rows, new ParallelOptions { MaxDegreeOfParallelism = maxThreads }, row =>
        {
            double[] points = new double[2 * columns], metrics = new double[4 * columns];
            for (int column = 0; column < columns; column++)
                (points[2 * column], points[(2 * column) + 1]) = (x0 + ((column + 0.5) * dx), y0 + ((row + 0.5) * dy));
            metric.EvaluateAll(points, metrics);
            for (int column = 0; column < columns; column++)
                values[(row * columns) + column] = 0.5 * RiemannianMetricExtensions.LogDeterminant(metrics.AsSpan(4 * column, 4), 2);
        });
        return new(low.ToArray(), high.ToArray(), columns, rows, values);
    }
}
