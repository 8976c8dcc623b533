namespace Microsoft.ML.Vae.Geometry;

/// <summary>The point whose mean squared geodesic distance to given points is least.</summary>
/// <param name="Point">[d]; the last one reached, if it did not converge.</param>
/// <param name="Variance">Mean squared geodesic distance to the points; +∞ if a distance is.</param>
/// <param name="Gradient">‖mean of Log(xᵢ)‖ relative to √Variance; zero at the mean, +∞ if a distance is infinite.</param>
/// <param name="Iterations">Steps taken.</param>
/// <param name="NotConverged">How many of the logarithms at <paramref name="Point"/> missed a tolerance: variance and gradient are as uncertain as those.</param>
/// <param name="Status">Converged if the gradient met its tolerance and every logarithm its own; that of the first logarithm that did not, if only the gradient did.</param>
public sealed record FrechetMean(double[] Point, double Variance, double Gradient, int Iterations, int NotConverged, GeodesicStatus Status)
{
    private const int MaxHalvings = 8;

    /// <summary>Whether gradient and logarithms met their tolerances.</summary>
    public bool Converged => Status == GeodesicStatus.Converged;

    /// <summary>
    /// Descends the mean squared distance: m ← m + τ · mean of Log_m(xᵢ), τ halved from 1 until the variance falls. The logarithms come
    /// from minimising curves, computed in parallel.
    /// </summary>
    /// <param name="solver">Finds the geodesics.</param>
    /// <param name="points">[n, d], row-major, n ≥ 1.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="maxThreads">Largest number of threads; −1 for all processors. The result does not depend on it.</param>
    /// <remarks>Pennec 2006, Intrinsic statistics on Riemannian manifolds. The mean is unique if the points are near each other.</remarks>
    public static FrechetMean Of(GeodesicSolver solver, ReadOnlySpan<double> points, FrechetMeanOptions? options = null, int maxThreads = -1)
    {
        ArgumentNullException.ThrowIfNull(solver);
        options ??= new FrechetMeanOptions();
        options.Validate();
        int d = solver.Metric.Dimension, n = points.Length / d;
        if (n == 0 || n * d != points.Length) throw new ArgumentException($"Expected rows of {d} coordinates, got {points.Length} values.", nameof(points));
        double[] values = points.ToArray();
        var state = State.At(solver, EuclideanMean(values, d), values, maxThreads);
        for (int iteration = 0; iteration < options.MaxIterations; iteration++)
        {
            if (!double.IsFinite(state.Variance)) return state.Result(iteration, GeodesicStatus.NotFinite);
            if (state.Gradient <= options.RelativeTolerance) return state.Result(iteration, state.Worst);
            if (Descend(solver, state, values, maxThreads) is not { } next) return state.Result(iteration, GeodesicStatus.IterationLimit);
            state = next;
        }
        return state.Result(options.MaxIterations, GeodesicStatus.IterationLimit);
    }

    private static State? Descend(GeodesicSolver solver, State state, double[] points, int maxThreads)
    {
        double step = 1;
        for (int halving = 0; halving < MaxHalvings; halving++, step *= 0.5)
        {
            var trial = State.At(solver, [.. state.Point.Select((m, i) => m + (step * state.Direction[i]))], points, maxThreads);
            if (trial.Variance < state.Variance) return trial;
        }
        return null;
    }

    private static double[] EuclideanMean(double[] points, int d)
    {
        var mean = new double[d];
        for (int i = 0; i < points.Length; i++) mean[i % d] += points[i] * d / points.Length;
        return mean;
    }

    /// <summary>A candidate, with what its logarithms say.</summary>
    private sealed record State(double[] Point, double[] Direction, double Variance, double Gradient, int NotConverged, GeodesicStatus Worst)
    {
        public static State At(GeodesicSolver solver, double[] mean, double[] points, int maxThreads)
        {
            int d = mean.Length, n = points.Length / d;
            var logarithm = new LogarithmMap(solver);
            var tangents = new TangentVector[n];
            Parallel.For(0, n, new ParallelOptions { MaxDegreeOfParallelism = maxThreads },
                i => tangents[i] = logarithm.FromCurve(mean, points.AsSpan(i * d, d)));
            TangentVector[] failed = [.. tangents.Where(tangent => !tangent.Converged)];
            GeodesicStatus worst = failed.Length > 0 ? failed[0].Status : GeodesicStatus.Converged;
            var direction = new double[d];
            double variance = tangents.Average(tangent => tangent.Length * tangent.Length);
            if (!double.IsFinite(variance)) return new(mean, direction, double.PositiveInfinity, double.PositiveInfinity, failed.Length, worst);
            foreach (TangentVector tangent in tangents) DenseAlgebra.AddScaled(tangent.Velocity, 1.0 / n, direction);
            double gradient = variance > 0 ? solver.Metric.Norm(mean, direction) / Math.Sqrt(variance) : 0;
            return new(mean, direction, variance, double.IsFinite(gradient) ? gradient : double.PositiveInfinity, failed.Length, worst);
        }

        public FrechetMean Result(int iterations, GeodesicStatus status) => new(Point, Variance, Gradient, iterations, NotConverged, status);
    }
}
