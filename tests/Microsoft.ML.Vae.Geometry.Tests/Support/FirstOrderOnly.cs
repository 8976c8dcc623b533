namespace Microsoft.ML.Vae.Geometry.Tests.Support;

/// <summary>Hides an immersion's second derivatives, so that differences must serve.</summary>
internal sealed class FirstOrderOnly(IImmersion inner) : IImmersion
{
    public int LatentDimension => inner.LatentDimension;

    public int AmbientDimension => inner.AmbientDimension;

    public void Evaluate(ReadOnlySpan<double> latent, Span<double> point) => inner.Evaluate(latent, point);

    public void Jacobian(ReadOnlySpan<double> latent, Span<double> jacobian) => inner.Jacobian(latent, jacobian);
}
