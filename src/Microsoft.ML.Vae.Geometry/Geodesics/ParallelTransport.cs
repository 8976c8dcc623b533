namespace Microsoft.ML.Vae.Geometry;

/// <summary>Parallel transport: w′ = −Γ(c′, w) along a curve, by an adaptive Runge–Kutta pair of order 5.</summary>
public sealed class ParallelTransport
{
    private readonly IRiemannianMetric _metric;
    private readonly IntegrationOptions _options;

    /// <summary>The parallel transport of one metric.</summary>
    /// <param name="metric">G.</param>
    /// <param name="options">Tolerance (relative to the latent length of the vector) and limit; null for the defaults.</param>
    public ParallelTransport(IRiemannianMetric metric, IntegrationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(metric);
        _options = options ?? new IntegrationOptions();
        _options.Validate();
        _metric = metric;
    }

    /// <summary>Carries a vector from the start of a curve to its end.</summary>
    /// <param name="curve">c, which need not be a geodesic.</param>
    /// <param name="vector">w at c(0), [d].</param>
    /// <exception cref="ArgumentException">The vector has the wrong length or is not finite.</exception>
    public TransportedVector Along(LatentCurve curve, ReadOnlySpan<double> vector)
    {
        ArgumentNullException.ThrowIfNull(curve);
        Guard.Length(vector, _metric.Dimension, nameof(vector));
        Guard.Finite(vector);
        double size = DenseAlgebra.Norm(vector);
        if (size == 0) return new(vector.ToArray(), 0, GeodesicStatus.Converged);
        OdeSolution solution = DormandPrince.Integrate(
            (t, w, derivative) => Equation(curve, t, w, derivative), vector.ToArray(), _options.RelativeTolerance * size, _options.MaxSteps);
        double[] end = solution.States[^1];
        double before = _metric.Norm(curve.Evaluate(0), vector), after = _metric.Norm(curve.Evaluate(solution.Times[^1]), end);
        return new(end, before > 0 ? Math.Abs((after / before) - 1) : double.PositiveInfinity, solution.Status);
    }

    private bool Equation(LatentCurve curve, double t, ReadOnlySpan<double> vector, Span<double> derivative)
    {
        int d = vector.Length;
        using var scratch = new Scratch(2 * d);
        Span<double> point = scratch.Take(d), velocity = scratch.Take(d);
        curve.Evaluate(t, point);
        curve.Velocity(t, velocity);
        if (!_metric.TryChristoffel(point, velocity, vector, derivative)) return false;
        for (int i = 0; i < d; i++) derivative[i] = -derivative[i];
        return true;
    }
}
