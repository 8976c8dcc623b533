namespace Microsoft.ML.Vae.Geometry;

/// <summary>What a metric says of a whole curve, integrated over t ∈ [0, 1].</summary>
/// <param name="Length">∫‖c′‖ dt.</param>
/// <param name="Energy">½∫‖c′‖² dt; at least ½ Length², with equality at constant speed.</param>
/// <param name="Residual">
/// Root mean square of ‖c″ + Γ(c′, c′)‖, relative to the mean speed over unit time; zero for a geodesic at constant speed. Infinite
/// where the metric is singular; NaN never.
/// </param>
public readonly record struct CurveMeasure(double Length, double Energy, double Residual)
{
    /// <summary>Standard deviation of the speed along the curve, relative to its mean.</summary>
    public double SpeedVariation =>
        double.IsInfinity(Energy) ? double.PositiveInfinity : Length > 0 ? Math.Sqrt(Math.Max(0, 2 * Energy / (Length * Length) - 1)) : 0;

    /// <summary>Length of a curve, by Gauss's rule on ever more panels until two results agree.</summary>
    /// <param name="metric">G.</param>
    /// <param name="curve">c.</param>
    /// <param name="relativeTolerance">Of the last two results. The error is usually far smaller.</param>
    /// <returns>The length; +∞ if a value of the metric is not finite.</returns>
    public static double LengthOf(IRiemannianMetric metric, LatentCurve curve, double relativeTolerance = 1e-6)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(curve);
        int panels = FirstPanels;
        double length = CompositeLength(metric, curve, panels), before;
        do
        {
            before = length;
            panels *= 2;
            length = CompositeLength(metric, curve, panels);
        }
        while (Math.Abs(length - before) > relativeTolerance * length && panels < LargestPanels);
        return double.IsFinite(length) ? length : double.PositiveInfinity;
    }

    /// <summary>Measures a curve by Gauss's rule with three points on each of its segments.</summary>
    /// <param name="metric">G.</param>
    /// <param name="curve">c, its segments short enough to be resolved by three points.</param>
    public static CurveMeasure Of(IRiemannianMetric metric, LatentCurve curve)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(curve);
        double length = 0, squaredSpeed = 0, squaredResidual = 0;
        for (int k = 0; k < curve.Segments; k++)
        {
            double h = curve.Knots[k + 1] - curve.Knots[k];
            foreach ((double s, double weight) in GaussRule.Three)
            {
                (double speed, double residual) = At(metric, curve, curve.Knots[k] + s * h);
                length += h * weight * speed;
                squaredSpeed += h * weight * speed * speed;
                squaredResidual += h * weight * residual * residual;
            }
        }

        if (!double.IsFinite(squaredSpeed)) return new(double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity);
        double relative = squaredSpeed > 0 ? Math.Sqrt(squaredResidual / squaredSpeed) : squaredResidual > 0 ? double.PositiveInfinity : 0;
        return new(length, 0.5 * squaredSpeed, relative);
    }

    // Eight panels are 24 points: a straight line across a decoder needs about that many.
    private const int FirstPanels = 8, LargestPanels = 4096;

    private static (double Speed, double Residual) At(IRiemannianMetric metric, LatentCurve curve, double t)
    {
        int d = curve.Dimension;
        using var scratch = new Scratch(4 * d + d * d);
        Span<double> point = scratch.Take(d), velocity = scratch.Take(d), acceleration = scratch.Take(d), christoffel = scratch.Take(d), G = scratch.Take(d * d);
        curve.Evaluate(t, point);
        curve.Velocity(t, velocity);
        curve.Acceleration(t, acceleration);
        metric.Evaluate(point, G);
        double speed = Math.Sqrt(Math.Max(0, MatrixProduct.Bilinear(velocity, G, velocity)));
        if (!metric.TryChristoffel(point, velocity, velocity, christoffel)) return (speed, double.PositiveInfinity);
        MatrixProduct.AddScaled(christoffel, 1, acceleration);
        return (speed, Math.Sqrt(Math.Max(0, MatrixProduct.Bilinear(acceleration, G, acceleration))));
    }

    private static double CompositeLength(IRiemannianMetric metric, LatentCurve curve, int panels)
    {
        int d = curve.Dimension;
        using var scratch = new Scratch(2 * d);
        Span<double> point = scratch.Take(d), velocity = scratch.Take(d);
        double sum = 0;
        for (int p = 0; p < panels; p++)
        {
            foreach ((double s, double weight) in GaussRule.Three)
            {
                double t = (p + s) / panels;
                curve.Evaluate(t, point);
                curve.Velocity(t, velocity);
                sum += weight / panels * metric.Norm(point, velocity);
            }
        }

        return sum;
    }
}
