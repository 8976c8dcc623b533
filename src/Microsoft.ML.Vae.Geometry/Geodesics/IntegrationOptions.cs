namespace Microsoft.ML.Vae.Geometry;

/// <summary>How exactly an ordinary differential equation is integrated along a geodesic.</summary>
public sealed record IntegrationOptions
{
    /// <summary>Error allowed in a step, relative to the latent length of the initial velocity. 1e-8 costs twice what 1e-4 does.</summary>
    public double RelativeTolerance { get; init; } = 1e-8;

    /// <summary>Steps allowed, accepted or not.</summary>
    public int MaxSteps { get; init; } = 2000;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(RelativeTolerance);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxSteps);
    }
}
