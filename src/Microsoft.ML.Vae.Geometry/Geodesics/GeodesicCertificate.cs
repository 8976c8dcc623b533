namespace Microsoft.ML.Vae.Geometry;

/// <summary>Measures what a solver reached, in the same way for every solver.</summary>
internal static class GeodesicCertificate
{
    // The two lengths are compared with each other, often closely: the straight one is to be the more exact.
    private const double StraightShare = 0.01;

    // 2⁴ − 1: Richardson's estimate if only the fourth order shows.
    private const double OrderFactor = 15;

    /// <summary>The relative error of the second of two lengths, of a mesh and of one twice as fine; +∞ if one is not finite.</summary>
    public static double LengthError(double coarse, double fine)
    {
        if (fine == 0) return 0;
        double error = Math.Abs(fine - coarse) / fine / OrderFactor;
        return double.IsFinite(error) ? error : double.PositiveInfinity;
    }

    public static bool IsSettled(double lengthError, CurveMeasure measure, GeodesicOptions options) =>
        lengthError <= options.RelativeTolerance && measure.Residual <= options.ResidualTolerance;

    public static Geodesic Make(
        IRiemannianMetric metric, LatentCurve curve, CurveMeasure measure, double lengthError, GeodesicStatus status, int iterations, GeodesicOptions options)
    {
        bool settled = IsSettled(lengthError, measure, options);
        if (status == GeodesicStatus.Converged) status = measure.Status;
        if (status == GeodesicStatus.Converged && !settled) status = GeodesicStatus.MeshLimit;
        var line = LatentCurve.Line(curve.Evaluate(0), curve.Evaluate(1));
        return new Geodesic
        {
            Curve = curve,
            Measure = measure,
            Straight = CurveLength.Of(metric, line, StraightShare * options.RelativeTolerance),
            LengthError = lengthError,
            Status = status,
            Iterations = iterations,
        };
    }
}
