namespace Microsoft.ML.Vae.Geometry;

/// <summary>A smooth map f: R^d → R^D, seen through its values and its Jacobian. All that this assembly knows of a decoder.</summary>
public interface IImmersion
{
    /// <summary>d, the number of latent coordinates.</summary>
    int LatentDimension { get; }

    /// <summary>D, the number of coordinates of the space that holds the image.</summary>
    int AmbientDimension { get; }

    /// <summary>Writes f(z).</summary>
    /// <param name="latent">z, [d].</param>
    /// <param name="point">f(z), [D].</param>
    void Evaluate(ReadOnlySpan<double> latent, Span<double> point);

    /// <summary>Writes J = ∂f/∂z.</summary>
    /// <param name="latent">z, [d].</param>
    /// <param name="jacobian">J, [D, d], row-major.</param>
    void Jacobian(ReadOnlySpan<double> latent, Span<double> jacobian);

    /// <summary>Writes f at many points, by default one after another. An implementation may share work between them.</summary>
    /// <param name="latents">[n, d], row-major.</param>
    /// <param name="points">[n, D], row-major.</param>
    void EvaluateAll(ReadOnlySpan<double> latents, Span<double> points)
    {
        int d = LatentDimension, D = AmbientDimension;
        for (int p = 0; p < latents.Length / d; p++) Evaluate(latents.Slice(p * d, d), points.Slice(p * D, D));
    }
}
