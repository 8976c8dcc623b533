namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// Geodesics as a boundary-value problem: a C¹ cubic that fulfils c″ + Γ(c′, c′) = 0 at the two Gauss points of each segment, by
/// damped Newton steps, on ever finer meshes. An independent check of <see cref="GeodesicSolver"/>, or a polish of its curves; it
/// needs a start near a solution, and finds geodesics that are no minima as well.
/// </summary>
/// <remarks>De Boor, Swartz 1973, Collocation at Gaussian points: of fourth order at the knots. The derivative of Γ with respect to the
/// point is a central difference, which slows Newton's last step at most.</remarks>
public sealed class CollocationSolver
{
    private readonly IRiemannianMetric _metric;
    private readonly GeodesicOptions _options;

    /// <summary>A solver for one metric.</summary>
    /// <param name="metric">G.</param>
    /// <param name="options">Tolerances and limits; null for the defaults. Starts beside the given one are not tried.</param>
    public CollocationSolver(IRiemannianMetric metric, GeodesicOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(metric);
        _options = options ?? new GeodesicOptions();
        _options.Validate();
        _metric = metric;
    }

    /// <summary>The geodesic near a given curve, its ends held.</summary>
    /// <param name="start">A first curve: the straight line for near points, or another solver's result.</param>
    public Geodesic Connect(LatentCurve start)
    {
        ArgumentNullException.ThrowIfNull(start);
        Guard.Length(start.Evaluate(0), _metric.Dimension, nameof(start));
        var nodes = HermiteNodes.From(start, _options.InitialSegments);
        GeodesicStatus status = CollocationNewton.Solve(_metric, nodes, _options, out int iterations);
        var measure = CurveMeasure.Of(_metric, nodes.ToCurve());
        double lengthError = double.PositiveInfinity;
        while (status == GeodesicStatus.Converged && nodes.Segments < _options.MaxSegments)
        {
            double before = measure.Length;
            nodes = nodes.Refine();
            status = CollocationNewton.Solve(_metric, nodes, _options, out int more);
            iterations += more;
            measure = CurveMeasure.Of(_metric, nodes.ToCurve());
            lengthError = GeodesicCertificate.LengthError(before, measure.Length);
            if (GeodesicCertificate.IsSettled(lengthError, measure, _options)) break;
        }
        return GeodesicCertificate.Make(_metric, nodes.ToCurve(), measure, lengthError, status, iterations, _options);
    }
}
