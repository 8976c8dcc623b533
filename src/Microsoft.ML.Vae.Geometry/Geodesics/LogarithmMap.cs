namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// Log_z(y), the inverse of the exponential map. <see cref="FromCurve"/> reads it off the minimising curve; <see cref="ByShooting"/>
/// refines that by Newton's method until the geodesic that leaves z hits y.
/// </summary>
public sealed class LogarithmMap
{
    private const int MaxIterations = 30, MaxHalvings = 6;
    private const double RelativeStep = 1e-5;

    private readonly GeodesicSolver _solver;
    private readonly ExponentialMap _exponential;
    private readonly double _tolerance;

    /// <summary>The logarithm map of a solver's metric.</summary>
    /// <param name="solver">Finds the minimising curve.</param>
    /// <param name="options">Of the geodesics that are shot; the target must be hit to ten times their tolerance.</param>
    public LogarithmMap(GeodesicSolver solver, IntegrationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(solver);
        options ??= new IntegrationOptions();
        (_solver, _exponential, _tolerance) = (solver, new ExponentialMap(solver.Metric, options), 10 * options.RelativeTolerance);
    }

    /// <summary>The initial velocity of the minimising curve, scaled to its length. As exact as the solver's mesh.</summary>
    /// <param name="point">z, [d].</param>
    /// <param name="target">y, [d].</param>
    /// <returns>Its status is the geodesic's; SingularMetric as well where the curve leaves z with no speed, although it has a length.</returns>
    public TangentVector FromCurve(ReadOnlySpan<double> point, ReadOnlySpan<double> target)
    {
        Geodesic geodesic = _solver.Connect(point, target);
        double[] velocity = geodesic.Curve.Velocity(0);
        if (geodesic.Length == 0) return new(velocity, 0, null, geodesic.Status);
        double scale = geodesic.Length / _solver.Metric.Norm(point, velocity);
        if (!double.IsFinite(scale)) return new(velocity, geodesic.Length, null, geodesic.Converged ? GeodesicStatus.SingularMetric : geodesic.Status);
        for (int i = 0; i < velocity.Length; i++) velocity[i] *= scale;
        return new(velocity, geodesic.Length, null, geodesic.Status);
    }

    /// <summary>Newton's method on Exp_z(v) = y, from <see cref="FromCurve"/>.</summary>
    /// <param name="point">z, [d].</param>
    /// <param name="target">y, [d].</param>
    /// <returns>Converged if the geodesic hits y: then it is one, however well the curve had converged that it began from, and the shortest if that was.</returns>
    public TangentVector ByShooting(ReadOnlySpan<double> point, ReadOnlySpan<double> target)
    {
        TangentVector first = FromCurve(point, target);
        double distance = DenseAlgebra.Distance(point, target);
        if (distance == 0) return first with { Miss = 0 };
        // Without a finite length there is nothing to shoot.
        if (!double.IsFinite(first.Length)) return first with { Miss = double.PositiveInfinity };
        double[] velocity = first.Velocity, miss = new double[point.Length];
        double error = Miss(point, velocity, target, miss) / distance;
        for (int iteration = 0; iteration < MaxIterations && error > _tolerance; iteration++)
        {
            double before = error;
            if (!TryNewtonStep(point, target, distance, ref velocity, miss, ref error) || !(error < before)) break;
        }
        GeodesicStatus status = error <= _tolerance ? GeodesicStatus.Converged
            : double.IsFinite(error) ? GeodesicStatus.IterationLimit : _exponential.Follow(point, velocity).Status;
        return new(velocity, _solver.Metric.Norm(point, velocity), error, status);
    }

    /// <summary>One step, halved until it comes closer to the target. False if none does.</summary>
    private bool TryNewtonStep(
        ReadOnlySpan<double> point, ReadOnlySpan<double> target, double distance, ref double[] velocity, double[] miss, ref double error)
    {
        double[] step = [.. miss], jacobian = new double[step.Length * step.Length];
        if (!TryJacobian(point, velocity, target, jacobian) || !LinearSystem.TrySolve(jacobian, step)) return false;
        for (int halving = 0; halving < MaxHalvings; halving++)
        {
            double scale = Math.Pow(0.5, halving);
            double[] trial = [.. velocity.Select((v, i) => v - (scale * step[i]))];
            double trialError = Miss(point, trial, target, miss) / distance;
            if (!(trialError < error)) continue;
            (velocity, error) = (trial, trialError);
            return true;
        }
        return false;
    }

    /// <summary>Writes ∂Exp(v)/∂v by central differences, [d, d]. False if a geodesic beside v cannot be followed.</summary>
    private bool TryJacobian(ReadOnlySpan<double> point, double[] velocity, ReadOnlySpan<double> target, double[] jacobian)
    {
        int d = velocity.Length;
        double h = RelativeStep * DenseAlgebra.Norm(velocity);
        double[] ahead = new double[d], behind = new double[d];
        for (int j = 0; j < d; j++)
        {
            double[] up = [.. velocity], down = [.. velocity];
            up[j] += h;
            down[j] -= h;
            if (!double.IsFinite(Miss(point, up, target, ahead) + Miss(point, down, target, behind))) return false;
            for (int i = 0; i < d; i++) jacobian[(i * d) + j] = (ahead[i] - behind[i]) / (2 * h);
        }
        return true;
    }

    /// <summary>Writes Exp(v) − y; returns its length, +∞ if the geodesic cannot be followed.</summary>
    private double Miss(ReadOnlySpan<double> point, double[] velocity, ReadOnlySpan<double> target, double[] miss)
    {
        GeodesicFlow flow = _exponential.Follow(point, velocity);
        for (int i = 0; i < miss.Length; i++) miss[i] = flow.End[i] - target[i];
        return flow.Converged ? DenseAlgebra.Norm(miss) : double.PositiveInfinity;
    }
}
