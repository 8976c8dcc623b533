namespace Microsoft.ML.Vae.Geometry;

/// <summary>Measures what a solver reached, in the same way for every solver.</summary>
internal static class GeodesicCertificate
{
    // The two lengths are compared with each other, often closely: the straight one is to be the more exact.
    private const double StraightShare = 0.01;

    public static Geodesic Make(
        IRiemannianMetric metric, LatentCurve curve, CurveMeasure measure, double change, GeodesicStatus status, int iterations, GeodesicOptions options)
    {
        bool settled = change <= options.RelativeTolerance && measure.Residual <= options.ResidualTolerance;
        if (status == GeodesicStatus.Converged && !double.IsFinite(measure.Length)) status = GeodesicStatus.NotFinite;
        if (status == GeodesicStatus.Converged && !double.IsFinite(measure.Residual)) status = GeodesicStatus.SingularMetric;
        if (status == GeodesicStatus.Converged && !settled) status = GeodesicStatus.MeshLimit;
        LatentCurve line = LatentCurve.Line(curve.Evaluate(0), curve.Evaluate(1));
        return new Geodesic
        {
            Curve = curve,
            Measure = measure,
            StraightLength = CurveMeasure.LengthOf(metric, line, StraightShare * options.RelativeTolerance),
            LengthChange = change,
            Status = status,
            Iterations = iterations,
        };
    }
}
