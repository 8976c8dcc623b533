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
        double.IsInfinity(Energy) ? double.PositiveInfinity : Length > 0 ? Math.Sqrt(Math.Max(0, (2 * Energy / (Length * Length)) - 1)) : 0;

    /// <summary>
    /// Length of a curve on ever more pieces until two results agree, by Romberg's extrapolation: of the chords of the image where the
    /// metric is a pull-back, of Gauss's rule otherwise.
    /// </summary>
    /// <param name="metric">G.</param>
    /// <param name="curve">c.</param>
    /// <param name="relativeTolerance">Of the last two results. The error is usually far smaller.</param>
    /// <returns>The length; +∞ if a value of the map or metric is not finite.</returns>
    public static double LengthOf(IRiemannianMetric metric, LatentCurve curve, double relativeTolerance = 1e-6)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(curve);
        if (metric is not PullbackMetric pullback) return Romberg(pieces => CompositeLength(metric, curve, pieces), 3, relativeTolerance);
        using var chords = new ChordLength(pullback.Immersion, curve);
        return Romberg(chords.Of, 1, relativeTolerance);
    }

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
        double length = 0, squaredSpeed = 0, squaredResidual = 0;
        for (int k = 0; k < curve.Segments; k++)
        {
            double h = curve.Knots[k + 1] - curve.Knots[k];
            foreach ((double s, double weight) in GaussRule.Three)
            {
                double speed = SpeedAt(metric, curve, curve.Knots[k] + (s * h));
                length += h * weight * speed;
                squaredSpeed += h * weight * speed * speed;
            }
            foreach ((double s, double weight) in GaussRule.Two)
                squaredResidual += h * weight * Math.Pow(ResidualAt(metric, curve, curve.Knots[k] + (s * h)), 2);
        }
        if (!double.IsFinite(squaredSpeed)) return new(double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity);
        double relative = squaredSpeed > 0 ? Math.Sqrt(squaredResidual / squaredSpeed) : squaredResidual > 0 ? double.PositiveInfinity : 0;
        return new(length, 0.5 * squaredSpeed, relative);
    }

    // A straight line across a decoder needs about that many.
    private const int FirstPieces = 4, LargestPieces = 1024;

    /// <summary>Each further column removes the next even power of the step, from twice the order on: the first for chords, the third for Gauss's rule.</summary>
    private static double Romberg(Func<int, double> rule, int order, double relativeTolerance)
    {
        double[] row = [rule(FirstPieces)];
        for (int pieces = 2 * FirstPieces; pieces <= LargestPieces; pieces *= 2)
        {
            double[] next = [rule(pieces), .. row];
            for (int k = 1; k < next.Length; k++) next[k] = next[k - 1] + ((next[k - 1] - row[k - 1]) / (Math.Pow(4, k - 1 + order) - 1));
            bool agree = Math.Abs(next[^1] - row[^1]) <= relativeTolerance * next[^1];
            row = next;
            if (agree || !double.IsFinite(row[^1])) break;
        }
        return double.IsFinite(row[^1]) ? row[^1] : double.PositiveInfinity;
    }

    private static double SpeedAt(IRiemannianMetric metric, LatentCurve curve, double t)
    {
        int d = curve.Dimension;
        using var scratch = new Scratch(2 * d);
        Span<double> point = scratch.Take(d), velocity = scratch.Take(d);
        curve.Evaluate(t, point);
        curve.Velocity(t, velocity);
        return metric.Norm(point, velocity);
    }

    private static double ResidualAt(IRiemannianMetric metric, LatentCurve curve, double t)
    {
        int d = curve.Dimension;
        using var scratch = new Scratch(4 * d);
        Span<double> point = scratch.Take(d), velocity = scratch.Take(d), acceleration = scratch.Take(d), christoffel = scratch.Take(d);
        curve.Evaluate(t, point);
        curve.Velocity(t, velocity);
        curve.Acceleration(t, acceleration);
        if (metric is PullbackMetric pullback) return pullback.TangentialAcceleration(point, velocity, acceleration);
        if (!metric.TryChristoffel(point, velocity, velocity, christoffel)) return double.PositiveInfinity;
        MatrixProduct.AddScaled(christoffel, 1, acceleration);
        return metric.Norm(point, acceleration);
    }

    private static double CompositeLength(IRiemannianMetric metric, LatentCurve curve, int pieces)
    {
        double sum = 0;
        for (int p = 0; p < pieces; p++)
        {
            foreach ((double s, double weight) in GaussRule.Three) sum += weight / pieces * SpeedAt(metric, curve, (p + s) / pieces);
        }
        return sum;
    }
}
