namespace Microsoft.ML.Vae.Geometry;

/// <summary>How the standard deviation of a decoder is fitted.</summary>
public sealed record RbfScaleOptions
{
    /// <summary>Radial basis functions, on k-means centres of the latent codes; fewer if there are fewer codes.</summary>
    public int Centres { get; init; } = 100;

    /// <summary>Width of each function in units of the root mean squared distance of its cluster's codes. 1.25 after Arvanitidis et al.</summary>
    public double WidthFactor { get; init; } = 1.25;

    /// <summary>Standard deviation far from all codes, in units of the root mean squared residual. 1000 after Arvanitidis et al.</summary>
    public double FarScale { get; init; } = 1000;

    /// <summary>Iterations of expectation–maximisation for the weights.</summary>
    public int Iterations { get; init; } = 100;

    /// <summary>Seed of the k-means centres.</summary>
    public int Seed { get; init; } = 1;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Centres);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(WidthFactor);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(FarScale);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Iterations);
    }
}
