namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// The leading term of a heat kernel for short times: the density of Brownian motion after time t, as the Riemannian VAE uses it for
/// its prior and posterior.
/// </summary>
/// <remarks>
/// Kalatzis et al. 2020: p(z) = (2πt)^(−d/2) H₀ exp(−ℓ²(z, μ)/2t), H₀ = (det G(z)/det G(μ))^½, ℓ the geodesic distance. With this H₀
/// it is a density with respect to √det G(μ) dz: ∫ p √det G(μ) dz = 1 + O(t), and exactly 1 in a flat space.
/// </remarks>
public sealed class HeatKernel
{
    private readonly GeodesicSolver _solver;
    private readonly double[] _mean;
    private readonly double _time, _logDeterminantAtMean;

    /// <summary>The kernel around a point.</summary>
    /// <param name="solver">Measures distances.</param>
    /// <param name="mean">μ, where the motion starts, [d].</param>
    /// <param name="time">t &gt; 0.</param>
    /// <exception cref="ArgumentException">The metric is singular at μ.</exception>
    public HeatKernel(GeodesicSolver solver, ReadOnlySpan<double> mean, double time)
    {
        ArgumentNullException.ThrowIfNull(solver);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(time);
        (_solver, _mean, _time) = (solver, mean.ToArray(), time);
        _logDeterminantAtMean = solver.Metric.LogDeterminant(mean);
        if (!double.IsFinite(_logDeterminantAtMean))
            throw new ArgumentException("The metric is singular at the mean: choose a point near data.", nameof(mean));
    }

    /// <summary>log p(z) of the remarks, in nats, relative to √det G(μ) dz.</summary>
    /// <param name="point">z, [d].</param>
    /// <param name="status">How the geodesic from μ to z ended; SingularMetric as well where the metric is singular at z.</param>
    /// <returns>−∞ if the metric is singular at z or the geodesic has no finite length; a lower bound if it did not converge.</returns>
    public double LogDensity(ReadOnlySpan<double> point, out GeodesicStatus status)
    {
        Geodesic geodesic = _solver.Connect(_mean, point);
        double logDeterminant = _solver.Metric.LogDeterminant(point);
        status = geodesic.Converged && !double.IsFinite(logDeterminant) ? GeodesicStatus.SingularMetric : geodesic.Status;
        return (-0.5 * _mean.Length * Math.Log(2 * Math.PI * _time))
            + (0.5 * (logDeterminant - _logDeterminantAtMean))
            - (geodesic.Length * geodesic.Length / (2 * _time));
    }

    /// <summary>∫ p √det G(μ) dz over a rectangle of a two-dimensional latent space by the midpoint rule; near 1 if the kernel is inside.</summary>
    /// <param name="low">Lower left corner, [2].</param>
    /// <param name="high">Upper right corner, [2].</param>
    /// <param name="cells">Cells along each side.</param>
    /// <param name="maxThreads">Largest number of threads; −1 for all processors. The result does not depend on it.</param>
    /// <exception cref="InvalidOperationException">The latent space is not two-dimensional.</exception>
    public HeatKernelMass Normalisation(ReadOnlySpan<double> low, ReadOnlySpan<double> high, int cells = 32, int maxThreads = -1)
    {
        if (_mean.Length != 2) throw new InvalidOperationException($"Quadrature serves 2 dimensions; the latent space has {_mean.Length}.");
        Guard.Length(low, 2, nameof(low));
        Guard.Length(high, 2, nameof(high));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cells);
        double x0 = low[0], y0 = low[1], dx = (high[0] - x0) / cells, dy = (high[1] - y0) / cells;
        var rows = new HeatKernelMass[cells];
        Parallel.For(0, cells, new ParallelOptions { MaxDegreeOfParallelism = maxThreads }, row =>
        {
            double value = 0, uncertain = 0;
            int failed = 0;
            for (int column = 0; column < cells; column++)
            {
                double density = Math.Exp(LogDensity([x0 + ((column + 0.5) * dx), y0 + ((row + 0.5) * dy)], out GeodesicStatus status));
                value += density;
                if (status == GeodesicStatus.Converged) continue;
                uncertain += density;
                failed++;
            }
            rows[row] = new(value, uncertain, failed);
        });
        double volume = dx * dy * Math.Exp(0.5 * _logDeterminantAtMean);
        return new(rows.Sum(row => row.Value) * volume, rows.Sum(row => row.Uncertain) * volume, rows.Sum(row => row.NotConverged));
    }
}
