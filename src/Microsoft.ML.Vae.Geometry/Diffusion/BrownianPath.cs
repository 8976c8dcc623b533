namespace Microsoft.ML.Vae.Geometry;

/// <summary>A simulated path.</summary>
/// <param name="Points">[n + 1, d], row-major, the start first; shorter than asked for if the path did not converge.</param>
/// <param name="Status">SingularMetric if a step met a singular metric and the path ends before it.</param>
public sealed record BrownianPath(double[] Points, GeodesicStatus Status);
