namespace Microsoft.ML.Vae.Geometry;

/// <summary>A curve by the length travelled, for interpolation at constant speed in a metric.</summary>
public sealed class ArcLength
{
    private readonly LatentCurve _curve;
    private readonly double[] _lengths;

    /// <summary>Tabulates the length of a curve.</summary>
    /// <param name="metric">G.</param>
    /// <param name="curve">c.</param>
    /// <param name="intervals">Entries of the table; between them the inverse is linear, with an error of second order.</param>
    public ArcLength(IRiemannianMetric metric, LatentCurve curve, int intervals = 256)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(curve);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(intervals);
        (_curve, _lengths) = (curve, new double[intervals + 1]);
        double[] times = [.. Enumerable.Range(0, intervals).Select(i => (i + 0.5) / intervals)], speeds = new double[intervals];
        CurveMeasure.SpeedsAt(metric, curve, times, speeds);
        for (int i = 0; i < intervals; i++) _lengths[i + 1] = _lengths[i] + (speeds[i] / intervals);
    }

    /// <summary>Length of the whole curve, by the midpoint rule; +∞ where the metric is not finite along it.</summary>
    public double Total => double.IsFinite(_lengths[^1]) ? _lengths[^1] : double.PositiveInfinity;

    /// <summary>NotFinite if the length is infinite: there is no way to divide it then.</summary>
    public GeodesicStatus Status => double.IsFinite(Total) ? GeodesicStatus.Converged : GeodesicStatus.NotFinite;

    /// <summary>The parameter t at which a fraction of the length has been travelled.</summary>
    /// <param name="fraction">In [0, 1].</param>
    /// <exception cref="InvalidOperationException">The length is infinite; see <see cref="Status"/>.</exception>
    public double Parameter(double fraction)
    {
        if (Status != GeodesicStatus.Converged) throw new InvalidOperationException("The curve has no finite length in this metric: look at Status before dividing it.");
        double target = Math.Clamp(fraction, 0, 1) * Total;
        int found = Array.BinarySearch(_lengths, target), last = _lengths.Length - 2;
        int i = Math.Clamp(found >= 0 ? found : ~found - 1, 0, last);
        double step = _lengths[i + 1] - _lengths[i];
        return (i + (step > 0 ? (target - _lengths[i]) / step : 0)) / (last + 1);
    }

    /// <summary>Points at equal distances along the curve, both ends among them.</summary>
    /// <param name="count">At least 2.</param>
    /// <returns>[count, d], row-major.</returns>
    /// <exception cref="InvalidOperationException">The length is infinite; see <see cref="Status"/>.</exception>
    public double[] Points(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        int d = _curve.Dimension;
        var points = new double[count * d];
        for (int i = 0; i < count; i++) _curve.Evaluate(Parameter(i / (count - 1.0)), points.AsSpan(i * d, d));
        return points;
    }
}
