namespace Microsoft.ML.Vae.Geometry;

/// <summary>The velocity with which a geodesic leaves one point to reach another after unit time.</summary>
/// <param name="Velocity">v, [d]. Where no length is finite it is the curve's own, not scaled to its length.</param>
/// <param name="Length">‖v‖ = the length of the geodesic; +∞ if the metric is not finite along it.</param>
/// <param name="Miss">Latent distance between Exp(v) and the target, relative to that between the two points; +∞ if the geodesic cannot be followed, null if none was shot.</param>
/// <param name="Status">Converged if every tolerance asked for was met.</param>
public sealed record TangentVector(double[] Velocity, double Length, double? Miss, GeodesicStatus Status)
{
    /// <summary>Whether every tolerance asked for was met.</summary>
    public bool Converged => Status == GeodesicStatus.Converged;
}
