namespace Microsoft.ML.Vae.Geometry;

/// <summary>The diagonal metric G_x of the ambient space at a point.</summary>
/// <param name="point">x = f(z), [D].</param>
/// <param name="weight">The diagonal of G_x(x), not negative, [D].</param>
public delegate void AmbientWeight(ReadOnlySpan<double> point, Span<double> weight);
