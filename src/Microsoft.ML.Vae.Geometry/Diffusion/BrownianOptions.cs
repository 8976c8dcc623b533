namespace Microsoft.ML.Vae.Geometry;

/// <summary>How Brownian motion is simulated.</summary>
public sealed record BrownianOptions
{
    /// <summary>Steps of a path.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>
    /// Whether to add the drift −½ Gʲᵏ Γⁱⱼₖ that makes the motion that of the metric. The published Riemannian VAE leaves it out.
    /// </summary>
    public bool Drift { get; init; } = true;
}
