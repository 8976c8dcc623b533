namespace Microsoft.ML.Vae.Geometry;

/// <summary>How a geodesic computation ended.</summary>
public enum GeodesicStatus
{
    /// <summary>Every tolerance asked for was met.</summary>
    Converged,

    /// <summary>The iterations allowed were used up before the energy settled.</summary>
    IterationLimit,

    /// <summary>The mesh allowed is too coarse: length or residual had not settled on the finest one.</summary>
    MeshLimit,

    /// <summary>No step lowers the energy: the metric is singular, or nearly so, along the curve.</summary>
    SingularMetric,

    /// <summary>The map returned an infinite or undefined value.</summary>
    NotFinite,
}
