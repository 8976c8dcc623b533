namespace Microsoft.ML.Vae.Geometry;

/// <summary>y′ = f(t, y). False where f has no finite value.</summary>
internal delegate bool OdeRightHandSide(double t, ReadOnlySpan<double> y, Span<double> derivative);

/// <summary>The Runge–Kutta pair of orders 5 and 4 with adaptive steps; first same as last.</summary>
/// <remarks>Dormand, Prince 1980, A family of embedded Runge–Kutta formulae; step control after Hairer, Nørsett, Wanner, II.4.</remarks>
internal static class DormandPrince
{
    private const int Stages = 7;
    private static readonly double[] Nodes = [0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1];

    private static readonly double[][] Weights =
    [
        [],
        [1.0 / 5],
        [3.0 / 40, 9.0 / 40],
        [44.0 / 45, -56.0 / 15, 32.0 / 9],
        [19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729],
        [9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656],
        [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84],
    ];

    /// <summary>Fifth minus fourth order.</summary>
    private static readonly double[] ErrorWeights =
        [71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40];

    private const double Safety = 0.9, LargestGrowth = 5, LargestShrink = 0.2, FirstStep = 0.05, SmallestStep = 1e-10;

    /// <param name="f">Right-hand side.</param>
    /// <param name="start">y(0).</param>
    /// <param name="tolerance">Root mean square error allowed in a step, absolute.</param>
    /// <param name="maxSteps">Accepted and rejected steps allowed.</param>
    public static OdeSolution Integrate(OdeRightHandSide f, double[] start, double tolerance, int maxSteps)
    {
        int size = start.Length;
        var stages = new double[Stages][];
        for (int s = 0; s < Stages; s++) stages[s] = new double[size];
        double[] y = start, trial = new double[size];
        double t = 0, h = FirstStep;
        OdeSolution solution = new([0], [start], [], GeodesicStatus.Converged);
        if (!f(0, y, stages[0])) return solution with { Status = GeodesicStatus.SingularMetric };
        solution.Derivatives.Add([.. stages[0]]);
        for (int step = 0; t < 1; step++)
        {
            if (step == maxSteps) return solution with { Status = GeodesicStatus.IterationLimit };
            if (h < SmallestStep) return solution with { Status = GeodesicStatus.SingularMetric };
            h = Math.Min(h, 1 - t);
            double error = TryStep(f, t, h, y, stages, trial) / tolerance;
            // Not a number counts as too large.
            if (error <= 1)
            {
                t = 1 - t - h < SmallestStep ? 1 : t + h;
                y = [.. trial];
                stages[Stages - 1].CopyTo(stages[0], 0);
                solution.Times.Add(t);
                solution.States.Add(y);
                solution.Derivatives.Add([.. stages[0]]);
            }
            h *= double.IsFinite(error) ? Math.Clamp(Safety * Math.Pow(error, -0.2), LargestShrink, LargestGrowth) : LargestShrink;
        }
        return solution;
    }

    /// <summary>Writes y(t + h) and its derivative (the last stage); returns the error's root mean square, +∞ if f fails.</summary>
    private static double TryStep(OdeRightHandSide f, double t, double h, double[] y, double[][] stages, double[] trial)
    {
        for (int s = 1; s < Stages; s++)
        {
            y.CopyTo(trial, 0);
            for (int k = 0; k < s; k++) DenseAlgebra.AddScaled(stages[k], h * Weights[s][k], trial);
            if (!f(t + (Nodes[s] * h), trial, stages[s])) return double.PositiveInfinity;
        }
        double squared = 0;
        for (int i = 0; i < y.Length; i++)
        {
            double error = 0;
            for (int s = 0; s < Stages; s++) error += ErrorWeights[s] * stages[s][i];
            squared += h * error * h * error;
        }
        return Math.Sqrt(squared / y.Length);
    }
}
