namespace Microsoft.ML.Vae.Geometry;

/// <summary>When the search for a Fréchet mean ends.</summary>
public sealed record FrechetMeanOptions
{
    /// <summary>Largest mean of the logarithms, relative to the root mean squared distance of the points.</summary>
    public double RelativeTolerance { get; init; } = 1e-4;

    /// <summary>Steps allowed.</summary>
    public int MaxIterations { get; init; } = 50;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(RelativeTolerance);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxIterations);
    }
}
