namespace Microsoft.ML.Vae.Geometry;

/// <summary>How a minimisation ended, and where.</summary>
internal readonly record struct Minimum(HermiteNodes Nodes, double Energy, int Iterations, GeodesicStatus Status);
