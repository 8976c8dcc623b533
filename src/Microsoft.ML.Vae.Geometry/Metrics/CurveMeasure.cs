namespace Microsoft.ML.Vae.Geometry;

/// <summary>What a metric says of a whole curve, integrated over t ∈ [0, 1].</summary>
/// <param name="Length">∫‖c′‖ dt; +∞ where the metric is not finite along the curve.</param>
/// <param name="Energy">½∫‖c′‖² dt; at least ½ Length², with equality at constant speed.</param>
/// <param name="Residual">
/// Root mean square of ‖c″ + Γ(c′, c′)‖, relative to the mean speed over unit time; zero for a geodesic at constant speed. Infinite
/// where the metric is singular; NaN never.
/// </param>
public readonly record struct CurveMeasure(double Length, double Energy, double Residual)
{
    /// <summary>NotFinite if length or energy are infinite, SingularMetric if the residual is, Converged otherwise.</summary>
    public GeodesicStatus Status =>
        !double.IsFinite(Length + Energy) ? GeodesicStatus.NotFinite : double.IsFinite(Residual) ? GeodesicStatus.Converged : GeodesicStatus.SingularMetric;

    /// <summary>Standard deviation of the speed along the curve, relative to its mean.</summary>
    public double SpeedVariation =>
        double.IsInfinity(Energy) ? double.PositiveInfinity : Length > 0 ? Math.Sqrt(Math.Max(0, (2 * Energy / (Length * Length)) - 1)) : 0;

    /// <summary>
    /// Measures a curve by Gauss's rule on each of its segments: its speed at three points, its residual at two, where the
    /// acceleration of a fitted cubic is more accurate, by an order, than elsewhere.
    /// </summary>
    /// <param name="metric">G.</param>
    /// <param name="curve">c, its segments short enough to be resolved by so many points.</param>
    public static CurveMeasure Of(IRiemannianMetric metric, LatentCurve curve)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(curve);
        double[] speeds = Speeds(metric, curve);
        double length = 0, squaredSpeed = 0, squaredResidual = 0;
        for (int k = 0, at = 0; k < curve.Segments; k++)
        {
            double h = curve.Knots[k + 1] - curve.Knots[k];
            foreach ((_, double weight) in GaussRule.Three)
            {
                double speed = speeds[at++];
                length += h * weight * speed;
                squaredSpeed += h * weight * speed * speed;
            }
            foreach ((double s, double weight) in GaussRule.Two)
                squaredResidual += h * weight * Math.Pow(ResidualAt(metric, curve, curve.Knots[k] + (s * h)), 2);
        }
        if (!double.IsFinite(squaredSpeed)) return new(double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity);
        double residual = Math.Sqrt(squaredResidual / squaredSpeed);
        if (squaredSpeed == 0 && squaredResidual == 0) residual = 0;
        return new(length, 0.5 * squaredSpeed, double.IsNaN(residual) ? double.PositiveInfinity : residual);
    }

    /// <summary>‖c′‖ at some times.</summary>
    internal static void SpeedsAt(IRiemannianMetric metric, LatentCurve curve, ReadOnlySpan<double> times, Span<double> speeds)
    {
        int d = curve.Dimension, n = times.Length;
        using var scratch = new Scratch(n * ((2 * d) + (d * d)));
        Span<double> points = scratch.Take(n * d), velocities = scratch.Take(n * d), metrics = scratch.Take(n * d * d);
        for (int p = 0; p < n; p++)
        {
            curve.Evaluate(times[p], points.Slice(p * d, d));
            curve.Velocity(times[p], velocities.Slice(p * d, d));
        }
        metric.EvaluateAll(points, metrics);
        for (int p = 0; p < n; p++)
        {
            ReadOnlySpan<double> velocity = velocities.Slice(p * d, d);
            speeds[p] = Math.Sqrt(Math.Max(0, DenseAlgebra.Bilinear(velocity, metrics.Slice(p * d * d, d * d), velocity)));
        }
    }

    /// <summary>‖c′‖ at three Gauss points of each segment, [K, 3].</summary>
    private static double[] Speeds(IRiemannianMetric metric, LatentCurve curve)
    {
        var times = new double[GaussRule.Three.Length * curve.Segments];
        for (int at = 0; at < times.Length; at++)
        {
            int k = at / GaussRule.Three.Length;
            times[at] = curve.Knots[k] + (GaussRule.Three[at % GaussRule.Three.Length].Point * (curve.Knots[k + 1] - curve.Knots[k]));
        }
        var speeds = new double[times.Length];
        SpeedsAt(metric, curve, times, speeds);
        return speeds;
    }

    private static double ResidualAt(IRiemannianMetric metric, LatentCurve curve, double t)
    {
        int d = curve.Dimension;
        using var scratch = new Scratch(3 * d);
        Span<double> point = scratch.Take(d), velocity = scratch.Take(d), acceleration = scratch.Take(d);
        curve.Evaluate(t, point);
        curve.Velocity(t, velocity);
        curve.Acceleration(t, acceleration);
        return metric.CovariantAcceleration(point, velocity, acceleration);
    }
}
