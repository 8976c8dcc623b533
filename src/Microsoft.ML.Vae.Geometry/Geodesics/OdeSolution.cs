namespace Microsoft.ML.Vae.Geometry;

/// <summary>The accepted steps of an integration over [0, 1].</summary>
/// <param name="Times">[n + 1].</param>
/// <param name="States">y, [n + 1, size].</param>
/// <param name="Derivatives">y′, [n + 1, size].</param>
/// <param name="Status">Converged if t = 1 was reached within the tolerance.</param>
internal sealed record OdeSolution(List<double> Times, List<double[]> States, List<double[]> Derivatives, GeodesicStatus Status);
