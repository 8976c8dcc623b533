namespace Microsoft.ML.Vae.Geometry;

/// <summary>Newton's method for the collocation equations on one mesh. Velocities and accelerations are per segment.</summary>
internal static class CollocationNewton
{
    private const int MaxHalvings = 10;
    private const double RelativeStep = 1e-5;

    // Root mean square of the equations relative to the speed: below the tolerance of the length by this factor.
    private const double ResidualShare = 1e-3;

    /// <summary>Moves the nodes to a solution.</summary>
    public static GeodesicStatus Solve(IRiemannianMetric metric, HermiteNodes nodes, GeodesicOptions options, out int iterations)
    {
        int d = nodes.Dimension, n = nodes.Values.Length;
        var system = new BandedSystem(n, (3 * d) - 1);
        double[] residual = new double[n], trialResidual = new double[n], step = new double[n];
        double size = Residual(metric, nodes, residual);
        for (iterations = 0; iterations < options.MaxIterations; iterations++)
        {
            if (!double.IsFinite(size)) return GeodesicStatus.SingularMetric;
            if (size <= ResidualShare * options.RelativeTolerance * Speed(nodes)) return GeodesicStatus.Converged;
            residual.CopyTo(step, 0);
            if (!TryLinearise(metric, nodes, system) || !system.TrySolve(step)) return GeodesicStatus.SingularMetric;
            bool moved = false;
            for (int halving = 0; halving < MaxHalvings && !moved; halving++)
            {
                HermiteNodes trial = nodes.Moved([.. step.Select(x => -x * Math.Pow(0.5, halving))]);
                double trialSize = Residual(metric, trial, trialResidual);
                moved = trialSize < size;
                if (!moved) continue;
                trial.Values.CopyTo(nodes.Values, 0);
                (size, residual, trialResidual) = (trialSize, trialResidual, residual);
            }
            if (!moved) return GeodesicStatus.IterationLimit;
        }
        return GeodesicStatus.IterationLimit;
    }

    /// <summary>Writes c″ + Γ(c′, c′) at every collocation point, after and before the ends' d zeros; returns its root mean square per unit time.</summary>
    private static double Residual(IRiemannianMetric metric, HermiteNodes nodes, double[] residual)
    {
        int d = nodes.Dimension;
        double[] point = new double[d], velocity = new double[d], acceleration = new double[d];
        Array.Clear(residual);
        for (int row = d, p = 0; p < 2 * nodes.Segments; p++, row += d)
        {
            double s = GaussRule.Two[p % 2].Point;
            nodes.InElement(p / 2, CubicHermite.At(s), point);
            nodes.InElement(p / 2, CubicHermite.SlopeAt(s), velocity);
            nodes.InElement(p / 2, CubicHermite.CurvatureAt(s), acceleration);
            Span<double> target = residual.AsSpan(row, d);
            if (!metric.TryChristoffel(point, velocity, velocity, target)) return double.PositiveInfinity;
            DenseAlgebra.AddScaled(acceleration, 1, target);
        }
        return DenseAlgebra.Norm(residual) / Math.Sqrt(2 * nodes.Segments) * nodes.Segments * nodes.Segments;
    }

    /// <summary>Writes the Jacobian of the residual; the first and last d rows hold the ends.</summary>
    private static bool TryLinearise(IRiemannianMetric metric, HermiteNodes nodes, BandedSystem system)
    {
        int d = nodes.Dimension, n = nodes.Values.Length;
        double[] byVelocity = new double[d * d], byPoint = new double[d * d], point = new double[d], velocity = new double[d];
        system.Clear();
        for (int i = 0; i < d; i++) system[i, i] = system[n - d + i, n - (2 * d) + i] = 1;
        for (int p = 0; p < 2 * nodes.Segments; p++)
        {
            double s = GaussRule.Two[p % 2].Point;
            double[] at = CubicHermite.At(s), slope = CubicHermite.SlopeAt(s), curvature = CubicHermite.CurvatureAt(s);
            nodes.InElement(p / 2, at, point);
            nodes.InElement(p / 2, slope, velocity);
            if (!TryDifferentiate(metric, point, velocity, byPoint, byVelocity)) return false;
            for (int q = 0; q < 4; q++)
            {
                for (int i = 0; i < d * d; i++)
                {
                    double entry = (at[q] * byPoint[i]) + (slope[q] * byVelocity[i]) + (i / d == i % d ? curvature[q] : 0);
                    system[((p + 1) * d) + (i / d), (((2 * (p / 2)) + q) * d) + (i % d)] += entry;
                }
            }
        }
        return true;
    }

    /// <summary>Writes ∂Γ(v, v)/∂c and ∂Γ(v, v)/∂v = 2Γ(v, ·), each [d, d].</summary>
    private static bool TryDifferentiate(IRiemannianMetric metric, double[] point, double[] velocity, double[] byPoint, double[] byVelocity)
    {
        int d = point.Length;
        double h = RelativeStep * (1 + DenseAlgebra.Norm(point));
        double[] axis = new double[d], ahead = new double[d], behind = new double[d], column = new double[d];
        for (int j = 0; j < d; j++)
        {
            Array.Clear(axis);
            axis[j] = 1;
            double[] up = [.. point], down = [.. point];
            up[j] += h;
            down[j] -= h;
            if (!metric.TryChristoffel(point, velocity, axis, column)
                || !metric.TryChristoffel(up, velocity, velocity, ahead)
                || !metric.TryChristoffel(down, velocity, velocity, behind)) return false;
            for (int i = 0; i < d; i++)
            {
                byVelocity[(i * d) + j] = 2 * column[i];
                byPoint[(i * d) + j] = (ahead[i] - behind[i]) / (2 * h);
            }
        }
        return true;
    }

    /// <summary>Root mean square latent speed at the nodes, per unit time.</summary>
    private static double Speed(HermiteNodes nodes)
    {
        double squared = 0;
        int d = nodes.Dimension;
        for (int k = 0; k <= nodes.Segments; k++)
        {
            ReadOnlySpan<double> velocity = nodes.Values.AsSpan(((2 * k) + 1) * d, d);
            squared += DenseAlgebra.Dot(velocity, velocity);
        }
        return nodes.Segments * Math.Sqrt(squared / (nodes.Segments + 1));
    }
}
