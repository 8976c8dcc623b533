namespace Microsoft.ML.Vae.Geometry.Tests.Support;

/// <summary>z ↦ A z with A [2, 2].</summary>
internal sealed class Linear(double[] matrix) : IImmersion
{
    public int LatentDimension => 2;

    public int AmbientDimension => 2;

    public void Evaluate(ReadOnlySpan<double> z, Span<double> point) =>
        (point[0], point[1]) = ((matrix[0] * z[0]) + (matrix[1] * z[1]), (matrix[2] * z[0]) + (matrix[3] * z[1]));

    public void Jacobian(ReadOnlySpan<double> z, Span<double> jacobian) => matrix.CopyTo(jacobian);
}
