namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// Geodesics between two points: minimises the energy ½∫‖c′‖² dt over C¹ cubics by Newton's method, from a coarse mesh to ever finer
/// ones until the length settles, and then measures what was reached.
/// </summary>
/// <remarks>
/// The metric makes its own energy: a pull-back, plain or conformal, that of the image f∘c, from values and derivatives of f; any other is differentiated numerically.
/// Immutable and thread-safe if the metric is.
/// </remarks>
public sealed class GeodesicSolver
{
    // Newton's decrement, relative to the energy, counts half in the length: it need not be below the mesh's own error.
    private const double DecrementShare = 0.1;

    // The coarsest mesh only has to find the right valley.
    private const double CoarseDecrementShare = 10;

    private readonly GeodesicOptions _options;
    private readonly GraphInitializer? _graph;

    /// <summary>A solver for one metric.</summary>
    /// <param name="metric">G.</param>
    /// <param name="options">Tolerances and limits; null for the defaults.</param>
    /// <param name="graph">Adds the shortest path through known points to the starts tried.</param>
    public GeodesicSolver(IRiemannianMetric metric, GeodesicOptions? options = null, GraphInitializer? graph = null)
    {
        ArgumentNullException.ThrowIfNull(metric);
        _options = options ?? new GeodesicOptions();
        _options.Validate();
        (Metric, _graph) = (metric, graph);
    }

    /// <summary>G.</summary>
    public IRiemannianMetric Metric { get; }

    /// <summary>The shortest geodesic found from one point to another.</summary>
    /// <param name="start">c(0), [d].</param>
    /// <param name="end">c(1), [d].</param>
    /// <returns>A curve with its certificate; look at <see cref="Geodesic.Converged"/>.</returns>
    /// <exception cref="ArgumentException">A point has the wrong length or is not finite.</exception>
    public Geodesic Connect(ReadOnlySpan<double> start, ReadOnlySpan<double> end)
    {
        Check(start, nameof(start));
        Check(end, nameof(end));
        if (start.SequenceEqual(end)) return Nowhere(start);
        return Connect(CurveStarts.Between(start, end, _options, _graph));
    }

    /// <summary>The geodesic that a given curve relaxes to, its ends held.</summary>
    /// <param name="start">A curve between the two points.</param>
    public Geodesic Connect(LatentCurve start)
    {
        ArgumentNullException.ThrowIfNull(start);
        if (start.Dimension != Metric.Dimension)
            throw new ArgumentException($"Expected a curve in {Metric.Dimension} dimensions, got {start.Dimension}.", nameof(start));
        return Connect([start]);
    }

    /// <summary>One geodesic for each pair, computed in parallel; the results do not depend on the number of threads.</summary>
    /// <param name="pairs">Start and end points, each [d].</param>
    /// <param name="maxThreads">Largest number of threads; −1 for all processors.</param>
    /// <param name="cancellation">Stops before the next pair.</param>
    public Geodesic[] ConnectAll(
        IReadOnlyList<(double[] Start, double[] End)> pairs, int maxThreads = -1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        foreach ((double[] start, double[] end) in pairs)
        {
            Check(start, nameof(pairs));
            Check(end, nameof(pairs));
        }
        var geodesics = new Geodesic[pairs.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = maxThreads, CancellationToken = cancellation };
        Parallel.For(0, pairs.Count, parallel, i => geodesics[i] = Connect(pairs[i].Start, pairs[i].End));
        return geodesics;
    }

    private Geodesic Connect(IReadOnlyList<LatentCurve> starts)
    {
        Minimum minimum = BestOnCoarsestMesh(starts);
        int iterations = minimum.Iterations;
        double lengthError = double.PositiveInfinity;
        LatentCurve curve = minimum.Nodes.ToCurve();
        CurveMeasure measure = default;
        while (minimum.Status == GeodesicStatus.Converged && minimum.Nodes.Segments < _options.MaxSegments)
        {
            double before = Math.Sqrt(minimum.Energy);
            (minimum, measure) = (Minimize(minimum.Nodes.Refine(), DecrementShare), default);
            iterations += minimum.Iterations;
            curve = minimum.Nodes.ToCurve();
            lengthError = GeodesicCertificate.LengthError(before, Math.Sqrt(minimum.Energy));
            if (lengthError > _options.RelativeTolerance) continue;
            measure = CurveMeasure.Of(Metric, curve);
            // A mesh too coarse for the map may agree with its half; it does not agree with the measurement.
            lengthError = Math.Max(lengthError, EnergyGap(minimum.Energy, measure.Energy));
            if (GeodesicCertificate.IsSettled(lengthError, measure, _options)) break;
        }
        if (measure == default) measure = CurveMeasure.Of(Metric, curve);
        return GeodesicCertificate.Make(Metric, curve, measure, lengthError, minimum.Status, iterations, _options);
    }

    /// <summary>Relative difference of the lengths that two energies stand for; +∞ if the measured one is zero or not finite.</summary>
    private static double EnergyGap(double discrete, double measured)
    {
        double gap = Math.Abs(Math.Sqrt(discrete / measured) - 1);
        return double.IsFinite(gap) ? gap : discrete == measured ? 0 : double.PositiveInfinity;
    }

    private static Geodesic Nowhere(ReadOnlySpan<double> point) => new()
    {
        Curve = LatentCurve.Line(point, point),
        Measure = default,
        Straight = default,
        LengthError = 0,
        Status = GeodesicStatus.Converged,
        Iterations = 0,
    };

    private Minimum BestOnCoarsestMesh(IReadOnlyList<LatentCurve> starts)
    {
        Minimum best = Minimize(HermiteNodes.From(starts[0], _options.InitialSegments), CoarseDecrementShare);
        for (int i = 1; i < starts.Count; i++)
        {
            Minimum other = Minimize(HermiteNodes.From(starts[i], _options.InitialSegments), CoarseDecrementShare);
            if (other.Energy < best.Energy || !double.IsFinite(best.Energy)) best = other;
        }
        return best;
    }

    private Minimum Minimize(HermiteNodes start, double decrementShare)
    {
        using ICurveEnergy energy = Metric.CreateEnergy(start.Segments);
        return EnergyMinimizer.Minimize(energy, start, decrementShare * _options.RelativeTolerance, _options.MaxIterations);
    }

    private void Check(ReadOnlySpan<double> point, string name)
    {
        Guard.Length(point, Metric.Dimension, name);
        Guard.Finite(point, name);
    }
}
