namespace Microsoft.ML.Vae.Geometry;

/// <summary>A tangent vector carried along a curve.</summary>
/// <param name="Vector">The vector at the end of the curve, [d].</param>
/// <param name="NormDrift">Relative change of its length, which exact transport keeps.</param>
/// <param name="Status">Converged if the end was reached within the tolerance.</param>
public sealed record TransportedVector(double[] Vector, double NormDrift, GeodesicStatus Status)
{
    /// <summary>Whether the end was reached within the tolerance.</summary>
    public bool Converged => Status == GeodesicStatus.Converged;
}
