namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// Newton's method on a curve's nodes, both ends held. A step solves ((1 + λ) P + R) δ = −g with P the positive and R the other
/// part of the Hessian; λ is zero while that lowers the energy as promised, and grows until it does (Levenberg).
/// </summary>
internal sealed class EnergyMinimizer
{
    // A step must bring this share of the decrease that its quadratic model promises (Armijo).
    private const double SufficientDecrease = 1e-4;
    private const double FirstDamping = 0.1, LargestDamping = 1e8, DampingGrowth = 5;

    // A step that is damped by less than this promises nearly what Newton's own would.
    private const double LightDamping = 1;

    // Keeps the damped matrix regular where the metric nearly is not; far below any curvature that matters.
    private const double Ridge = 1e-12;

    // Decreases below this share of the energy are round-off of its sum.
    private const double RoundOff = 1e-14;

    private readonly ICurveEnergy _energy;
    private readonly SymmetricBand _positive, _rest, _system;
    private readonly double[] _gradient, _step;
    private readonly double _tolerance;
    private HermiteNodes _nodes;
    private double _value, _damping;

    private EnergyMinimizer(ICurveEnergy energy, HermiteNodes start, double tolerance)
    {
        int n = start.Values.Length, bandwidth = (4 * start.Dimension) - 1;
        (_positive, _rest, _system) = (new(n, bandwidth), new(n, bandwidth), new(n, bandwidth));
        (_gradient, _step) = (new double[n], new double[n]);
        (_energy, _nodes, _tolerance) = (energy, start, Math.Max(tolerance, RoundOff));
        _value = energy.Value(start);
    }

    /// <param name="energy">To be minimised.</param>
    /// <param name="start">First iterate.</param>
    /// <param name="tolerance">Newton's decrement at the end, as a share of the energy.</param>
    /// <param name="maxIterations">Largest number of linearisations.</param>
    public static Minimum Minimize(ICurveEnergy energy, HermiteNodes start, double tolerance, int maxIterations)
    {
        var descent = new EnergyMinimizer(energy, start, tolerance);
        for (int iteration = 0; iteration < maxIterations; iteration++)
        {
            if (!double.IsFinite(descent._value)) return descent.End(iteration, GeodesicStatus.NotFinite);
            if (descent.Iterate() is { } status) return descent.End(iteration + 1, status);
        }
        return descent.End(maxIterations, GeodesicStatus.IterationLimit);
    }

    private static double Relax(double damping) => damping > FirstDamping ? damping / (DampingGrowth * DampingGrowth) : 0;

    /// <summary>Moves to a lower energy. Null if there may be more to gain.</summary>
    private GeodesicStatus? Iterate()
    {
        _energy.Linearise(_nodes, _gradient, _positive, _rest);
        HoldEnds();
        for (bool moved = false; !moved;)
        {
            double promise = Solve();
            if (promise >= 0 && promise <= _tolerance * _value && _damping < LightDamping)
            {
                TryMove(0);
                return GeodesicStatus.Converged;
            }
            moved = promise > 0 && TryMove(SufficientDecrease * promise);
            _damping = moved ? Relax(_damping) : Math.Max(FirstDamping, DampingGrowth * _damping);
            if (_damping > LargestDamping) return GeodesicStatus.SingularMetric;
        }
        return null;
    }

    /// <summary>Takes the step if it lowers the energy by so much.</summary>
    private bool TryMove(double decrease)
    {
        HermiteNodes trial = _nodes.Moved(_step);
        double value = _energy.Value(trial);
        bool lower = value <= _value - decrease;
        if (lower) (_nodes, _value) = (trial, value);
        return lower;
    }

    /// <summary>Writes the step and returns the decrease −½gᵀδ that it promises; NaN if the matrix is not positive definite.</summary>
    private double Solve()
    {
        _system.Combine(1 + _damping, _positive, 1, _rest);
        if (_damping > 0) _system.AddRidge(_damping * Ridge);
        if (!_system.TryFactor()) return double.NaN;
        for (int i = 0; i < _step.Length; i++) _step[i] = -_gradient[i];
        _system.Solve(_step);
        return -0.5 * DenseAlgebra.Dot(_gradient, _step);
    }

    private void HoldEnds()
    {
        for (int i = 0; i < _nodes.Dimension; i++)
        {
            foreach (int held in (ReadOnlySpan<int>)[i, _gradient.Length - (2 * _nodes.Dimension) + i])
            {
                _gradient[held] = 0;
                _positive.Pin(held);
                _rest.Pin(held);
            }
        }
    }

    private Minimum End(int iterations, GeodesicStatus status) => new(_nodes, _value, iterations, status);
}
