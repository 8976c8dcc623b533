namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// Newton's method on a curve's nodes, both ends held. A step solves ((1 + λ) P + R) δ = −g with P the positive and R the other
/// part of the Hessian; λ is zero while that lowers the energy as promised, and grows until it does (Levenberg).
/// </summary>
internal static class EnergyMinimizer
{
    // A step must bring this share of the decrease that its quadratic model promises (Armijo).
    private const double SufficientDecrease = 1e-4;
    private const double FirstDamping = 0.1, LargestDamping = 1e8, DampingGrowth = 5;

    // Keeps the damped matrix regular where the metric nearly is not; far below any curvature that matters.
    private const double Ridge = 1e-12;

    // Decreases below this share of the energy are round-off of its sum.
    private const double RoundOff = 1e-14;

    /// <param name="energy">To be minimised.</param>
    /// <param name="start">First iterate.</param>
    /// <param name="tolerance">Newton's decrement at the end, as a share of the energy.</param>
    /// <param name="maxIterations">Largest number of linearisations.</param>
    public static Minimum Minimize(ICurveEnergy energy, HermiteNodes start, double tolerance, int maxIterations)
    {
        int n = start.Values.Length, bandwidth = (4 * start.Dimension) - 1;
        SymmetricBand positive = new(n, bandwidth), rest = new(n, bandwidth), system = new(n, bandwidth);
        double[] gradient = new double[n], step = new double[n];
        HermiteNodes nodes = start;
        double value = energy.Value(nodes), damping = 0;
        for (int iteration = 0; iteration < maxIterations; iteration++)
        {
            if (!double.IsFinite(value)) return new(nodes, value, iteration, GeodesicStatus.NotFinite);
            energy.Linearise(nodes, gradient, positive, rest);
            HoldEnds(gradient, positive, rest, start.Dimension);
            bool moved = false;
            while (!moved)
            {
                double promise = Solve(system, positive, rest, gradient, damping, step);
                if (promise <= Math.Max(tolerance, RoundOff) * value && promise >= 0 && damping < 1)
                {
                    HermiteNodes last = nodes.Moved(step);
                    double lastValue = energy.Value(last);
                    return lastValue <= value
                        ? new(last, lastValue, iteration + 1, GeodesicStatus.Converged)
                        : new(nodes, value, iteration + 1, GeodesicStatus.Converged);
                }
                if (promise > 0)
                {
                    HermiteNodes trial = nodes.Moved(step);
                    double trialValue = energy.Value(trial);
                    moved = trialValue <= value - (SufficientDecrease * promise);
                    if (moved) (nodes, value) = (trial, trialValue);
                }
                damping = moved ? Relax(damping) : Math.Max(FirstDamping, DampingGrowth * damping);
                if (damping > LargestDamping) return new(nodes, value, iteration + 1, GeodesicStatus.SingularMetric);
            }
        }
        return new(nodes, value, maxIterations, GeodesicStatus.IterationLimit);
    }

    private static double Relax(double damping) => damping > FirstDamping ? damping / (DampingGrowth * DampingGrowth) : 0;

    /// <summary>Writes the step and returns the decrease −½gᵀδ that it promises; NaN if the matrix is not positive definite.</summary>
    private static double Solve(
        SymmetricBand system, SymmetricBand positive, SymmetricBand rest, double[] gradient, double damping, double[] step)
    {
        system.Combine(1 + damping, positive, 1, rest);
        if (damping > 0) system.AddRidge(damping * Ridge);
        if (!system.TryFactor()) return double.NaN;
        for (int i = 0; i < step.Length; i++) step[i] = -gradient[i];
        system.Solve(step);
        return -0.5 * DenseAlgebra.Dot(gradient, step);
    }

    private static void HoldEnds(double[] gradient, SymmetricBand positive, SymmetricBand rest, int d)
    {
        for (int i = 0; i < d; i++)
        {
            foreach (int held in (ReadOnlySpan<int>)[i, gradient.Length - (2 * d) + i])
            {
                gradient[held] = 0;
                positive.Pin(held);
                rest.Pin(held);
            }
        }
    }
}
