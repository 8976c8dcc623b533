namespace Microsoft.ML.Vae.Geometry;

/// <summary>A geodesic followed from a point with a given velocity for unit time.</summary>
/// <param name="Curve">The path, C², of sixth order between the solver's steps; up to where it came, if it did not reach t = 1.</param>
/// <param name="End">c(1), or the last point reached, [d].</param>
/// <param name="EndVelocity">c′ there, [d].</param>
/// <param name="SpeedDrift">Relative change of ‖c′‖ from start to end; zero for an exact geodesic.</param>
/// <param name="Status">Converged if t = 1 was reached within the tolerance.</param>
public sealed record GeodesicFlow(LatentCurve Curve, double[] End, double[] EndVelocity, double SpeedDrift, GeodesicStatus Status)
{
    /// <summary>Whether t = 1 was reached within the tolerance.</summary>
    public bool Converged => Status == GeodesicStatus.Converged;
}
