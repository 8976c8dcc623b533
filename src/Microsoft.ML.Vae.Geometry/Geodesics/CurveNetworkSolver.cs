namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// Geodesics as curve networks: a small network of t is trained to least length, from the best of many Bézier curves. The published
/// method for decoders, for comparison, in any metric; <see cref="GeodesicSolver"/> is far faster and more exact.
/// </summary>
/// <remarks>Chen, Klushyn, Kurle, Jiang, Bayer, van der Smagt 2018, Metrics for deep generative models, section 3. The iterate with the
/// least sum of length and largest speed is kept.</remarks>
public sealed class CurveNetworkSolver
{
    // Enough knots for the network's smoothness; the curve returned interpolates it with its slopes.
    private const double LargestResidual = 0.1;
    private const int Knots = 33, CoarseKnots = 17;

    private readonly IRiemannianMetric _metric;
    private readonly CurveNetworkOptions _options;

    /// <summary>A solver for one metric.</summary>
    /// <param name="metric">G. Its energy's gradient is asked for at every point of every step: where it is a difference, steps cost 2d metrics a point.</param>
    /// <param name="options">Null for the defaults.</param>
    public CurveNetworkSolver(IRiemannianMetric metric, CurveNetworkOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(metric);
        _options = options ?? new CurveNetworkOptions();
        _options.Validate();
        _metric = metric;
    }

    /// <summary>
    /// Trains a curve from one point to another. Its status is <see cref="GeodesicStatus.IterationLimit"/> unless the residual of the
    /// geodesic equation is below .1: gradient descent on a length knows no other end.
    /// </summary>
    /// <param name="start">c(0), [d].</param>
    /// <param name="end">c(1), [d].</param>
    public Geodesic Connect(ReadOnlySpan<double> start, ReadOnlySpan<double> end)
    {
        Guard.Length(start, _metric.Dimension, nameof(start));
        Guard.Length(end, _metric.Dimension, nameof(end));
        Guard.Finite(start);
        Guard.Finite(end);
        var random = new RandomSource((ulong)_options.Seed);
        LatentCurve guess = BestCandidate(start, end);
        var curve = new BoundedCurve(new CurveNetwork(_options.Width, start.Length, ref random), start.ToArray(), end.ToArray(), _options.Boundary);
        CurveNetworkTraining.Fit(curve, guess, _options);
        CurveNetworkTraining.Shorten(curve, _metric, _options);
        LatentCurve result = curve.ToCurve(Knots);
        var measure = CurveMeasure.Of(_metric, result);
        var tolerances = new GeodesicOptions { ResidualTolerance = LargestResidual };
        GeodesicStatus status = measure.Status != GeodesicStatus.Converged || measure.Residual <= tolerances.ResidualTolerance ? measure.Status : GeodesicStatus.IterationLimit;
        double lengthError = GeodesicCertificate.LengthError(CurveMeasure.Of(_metric, curve.ToCurve(CoarseKnots)).Length, measure.Length);
        return GeodesicCertificate.Make(_metric, result, measure, lengthError, status, _options.Steps, tolerances);
    }

    private LatentCurve BestCandidate(ReadOnlySpan<double> start, ReadOnlySpan<double> end)
    {
        var options = new GeodesicOptions { ExtraStarts = _options.Candidates, StartSpread = _options.CandidateSpread, Seed = _options.Seed };
        return CurveStarts.Between(start, end, options, graph: null).MinBy(curve => CurveNetworkTraining.Score(_metric, curve, _options.Points))!;
    }
}
