namespace Microsoft.ML.Vae.Geometry.Tests.Support;

/// <summary>Undefined on part of its domain, as a careless decoder may be.</summary>
internal sealed class Broken : IImmersion
{
    public int LatentDimension => 2;

    public int AmbientDimension => 2;

    public void Evaluate(ReadOnlySpan<double> z, Span<double> point) => (point[0], point[1]) = (z[0], Math.Log(z[1] - 0.5));

    public void Jacobian(ReadOnlySpan<double> z, Span<double> jacobian) =>
        new double[] { 1, 0, 0, z[1] > 0.5 ? 1 / (z[1] - 0.5) : double.NaN }.CopyTo(jacobian);
}
