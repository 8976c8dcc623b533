namespace Microsoft.ML.Vae.Geometry;

/// <summary>How much of a heat kernel lies in a region.</summary>
/// <param name="Value">The integral.</param>
/// <param name="Uncertain">The part of it that comes from points whose geodesic did not converge.</param>
/// <param name="NotConverged">The number of such points; where the metric is singular they add nothing to either.</param>
public readonly record struct HeatKernelMass(double Value, double Uncertain, int NotConverged)
{
    /// <summary>Whether every geodesic converged.</summary>
    public bool Converged => NotConverged == 0;
}
