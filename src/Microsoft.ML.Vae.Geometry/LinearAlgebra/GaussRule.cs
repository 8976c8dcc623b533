namespace Microsoft.ML.Vae.Geometry;

/// <summary>Gauss–Legendre quadrature on [0, 1].</summary>
internal static class GaussRule
{
    /// <summary>Exact for polynomials up to degree 3.</summary>
    public static readonly (double Point, double Weight)[] Two =
        [(0.5 - Math.Sqrt(1.0 / 12), 0.5), (0.5 + Math.Sqrt(1.0 / 12), 0.5)];

    /// <summary>Exact for polynomials up to degree 5.</summary>
    public static readonly (double Point, double Weight)[] Three =
        [(0.5 - Math.Sqrt(0.15), 5.0 / 18), (0.5, 4.0 / 9), (0.5 + Math.Sqrt(0.15), 5.0 / 18)];
}
