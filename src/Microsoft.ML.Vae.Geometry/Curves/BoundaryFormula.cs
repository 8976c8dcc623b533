namespace Microsoft.ML.Vae.Geometry;

/// <summary>How a curve network meets the two end points.</summary>
public enum BoundaryFormula
{
    /// <summary>z(t) = (1−t)z₀ + t z₁ + ẑ(t) − (1−t)ẑ(0) − tẑ(1): always defined.</summary>
    Additive,

    /// <summary>
    /// z(t) = A ẑ(t) − B per coordinate with A = (z₀ − z₁)/(ẑ(0) − ẑ(1)), as Chen et al. publish it. A coordinate with z₀ = z₁ stays constant, and
    /// the network must not have ẑ(0) ≈ ẑ(1).
    /// </summary>
    Affine,
}
