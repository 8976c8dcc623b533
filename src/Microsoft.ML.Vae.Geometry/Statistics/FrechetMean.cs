namespace Microsoft.ML.Vae.Geometry;

/// <summary>When the search for a Fréchet mean ends.</summary>
public sealed record FrechetMeanOptions
{
    /// <summary>Largest mean of the logarithms, relative to the root mean squared distance of the points.</summary>
    public double RelativeTolerance { get; init; } = 1e-4;

    /// <summary>Steps allowed.</summary>
    public int MaxIterations { get; init; } = 50;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(RelativeTolerance);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxIterations);
    }
}

/// <summary>The point whose mean squared geodesic distance to given points is least.</summary>
/// <param name="Point">[d].</param>
/// <param name="Variance">Mean squared geodesic distance to the points.</param>
/// <param name="Gradient">‖mean of Log(xᵢ)‖ relative to √Variance; zero at the mean.</param>
/// <param name="Iterations">Steps taken.</param>
/// <param name="Status">Converged if the gradient met its tolerance.</param>
public sealed record FrechetMean(double[] Point, double Variance, double Gradient, int Iterations, GeodesicStatus Status)
{
    private const int MaxHalvings = 8;

    /// <summary>Whether the gradient met its tolerance.</summary>
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
        State state = Evaluate(solver, EuclideanMean(values, d), values, maxThreads);
        for (int iteration = 0; iteration < options.MaxIterations; iteration++)
        {
            if (!double.IsFinite(state.Variance)) return state.Result(iteration, GeodesicStatus.NotFinite);
            if (state.Gradient <= options.RelativeTolerance) return state.Result(iteration, GeodesicStatus.Converged);
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
            State trial = Evaluate(solver, [.. state.Point.Select((m, i) => m + (step * state.Direction[i]))], points, maxThreads);
            if (trial.Variance < state.Variance) return trial;
        }
        return null;
    }

    private static State Evaluate(GeodesicSolver solver, double[] mean, double[] points, int maxThreads)
    {
        int d = mean.Length, n = points.Length / d;
        var logarithm = new LogarithmMap(solver);
        var tangents = new TangentVector[n];
        Parallel.For(0, n, new ParallelOptions { MaxDegreeOfParallelism = maxThreads },
            i => tangents[i] = logarithm.FromCurve(mean, points.AsSpan(i * d, d)));
        var direction = new double[d];
        foreach (TangentVector tangent in tangents) MatrixProduct.AddScaled(tangent.Velocity, 1.0 / n, direction);
        double variance = tangents.Average(tangent => tangent.Length * tangent.Length);
        double gradient = variance > 0 ? solver.Metric.Norm(mean, direction) / Math.Sqrt(variance) : 0;
        return new(mean, direction, variance, gradient);
    }

    private static double[] EuclideanMean(double[] points, int d)
    {
        var mean = new double[d];
        for (int i = 0; i < points.Length; i++) mean[i % d] += points[i] * d / points.Length;
        return mean;
    }

    private sealed record State(double[] Point, double[] Direction, double Variance, double Gradient)
    {
        public FrechetMean Result(int iterations, GeodesicStatus status) => new(Point, Variance, Gradient, iterations, status);
    }
}
