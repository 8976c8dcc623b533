namespace Microsoft.ML.Vae.Geometry;

/// <summary>Exp_z(v): the end of the geodesic that leaves z with velocity v, by an adaptive Runge–Kutta pair of order 5.</summary>
public sealed class ExponentialMap
{
    private readonly IRiemannianMetric _metric;
    private readonly IntegrationOptions _options;

    /// <summary>The exponential map of one metric.</summary>
    /// <param name="metric">G.</param>
    /// <param name="options">Tolerance and limit; null for the defaults.</param>
    public ExponentialMap(IRiemannianMetric metric, IntegrationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(metric);
        _options = options ?? new IntegrationOptions();
        _options.Validate();
        _metric = metric;
    }

    /// <summary>Follows the geodesic from <paramref name="point"/> for unit time.</summary>
    /// <param name="point">z, [d].</param>
    /// <param name="velocity">v, [d].</param>
    /// <exception cref="ArgumentException">A vector has the wrong length or is not finite.</exception>
    public GeodesicFlow Follow(ReadOnlySpan<double> point, ReadOnlySpan<double> velocity)
    {
        int d = _metric.Dimension;
        Guard.Length(point, d, nameof(point));
        Guard.Length(velocity, d, nameof(velocity));
        Guard.Finite(point);
        Guard.Finite(velocity);
        double speed = DenseAlgebra.Norm(velocity);
        if (speed == 0) return new(LatentCurve.Line(point, point), point.ToArray(), velocity.ToArray(), 0, GeodesicStatus.Converged);
        OdeSolution solution = DormandPrince.Integrate(
            GeodesicEquation, [.. point, .. velocity], _options.RelativeTolerance * speed, _options.MaxSteps);
        return Read(solution, d);
    }

    private bool GeodesicEquation(double t, ReadOnlySpan<double> state, Span<double> derivative)
    {
        int d = _metric.Dimension;
        ReadOnlySpan<double> velocity = state[d..];
        velocity.CopyTo(derivative);
        if (!_metric.TryChristoffel(state[..d], velocity, velocity, derivative[d..])) return false;
        for (int i = d; i < 2 * d; i++) derivative[i] = -derivative[i];
        return true;
    }

    private GeodesicFlow Read(OdeSolution solution, int d)
    {
        double[] first = solution.States[0], last = solution.States[^1];
        double[] end = last[..d], endVelocity = last[d..];
        double startSpeed = _metric.Norm(first.AsSpan(0, d), first.AsSpan(d));
        double drift = startSpeed > 0 ? Math.Abs((_metric.Norm(end, endVelocity) / startSpeed) - 1) : double.PositiveInfinity;
        return new(Path(solution, d), end, endVelocity, drift, solution.Status);
    }

    private static LatentCurve Path(OdeSolution solution, int d)
    {
        if (solution.Times.Count == 1) return LatentCurve.Line(solution.States[0].AsSpan(0, d), solution.States[0].AsSpan(0, d));
        double reached = solution.Times[^1];
        double[] positions = [.. solution.States.SelectMany(state => state[..d])];
        double[] velocities = [.. solution.States.SelectMany(state => state[d..]).Select(v => v * reached)];
        double[] accelerations = [.. solution.Derivatives.SelectMany(slope => slope[d..]).Select(a => a * reached * reached)];
        return HermiteCurves.Quintic([.. solution.Times.Select(t => t / reached)], positions, velocities, accelerations);
    }
}
