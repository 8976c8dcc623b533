namespace Microsoft.ML.Vae.Core;

/// <summary>What stands for the squared geodesic distance ℓ² in the Brownian kernel.</summary>
public enum SquaredDistance
{
    /// <summary>(N − 1) Σ‖f(c_{j+1}) − f(c_j)‖² over N points of the curve: the squared length of a curve of constant speed.</summary>
    SquaredLength,

    /// <summary>The energy ½ Σ‖f(c_{j+1}) − f(c_j)‖² itself, as the published program has it: ℓ²/30 with its sixteen points.</summary>
    Energy,
}

/// <summary>How ℓ²(z, μ_p) teaches.</summary>
public enum DistanceGradient
{
    /// <summary>The derivative of the discrete energy by the curve's end and by the decoder's deviation, the curve's own coefficients held (they are at a minimum).</summary>
    Exact,

    /// <summary>2c′(1), the latent velocity at the end, for the end alone, as the published program has it: the metric is missing, and the deviation learns nothing.</summary>
    LatentVelocity,
}

/// <summary>How a row's divergence enters the loss.</summary>
public enum DivergenceSign
{
    /// <summary>As it is: a single draw's estimate may be negative, and is unbiased.</summary>
    Unbiased,

    /// <summary>Its absolute value, as the published program has it: then the loss is not Rec + KL.</summary>
    Absolute,
}

/// <summary>Readings of the Riemannian bound where the published program departs from its formulas.</summary>
/// <param name="Distance">What ℓ² is.</param>
/// <param name="Gradient">How ℓ² teaches.</param>
/// <param name="Divergence">How the divergence enters.</param>
public sealed record BrownianReadings(SquaredDistance Distance, DistanceGradient Gradient, DivergenceSign Divergence)
{
    /// <summary>The formulas.</summary>
    public static BrownianReadings Consistent { get; } = new(SquaredDistance.SquaredLength, DistanceGradient.Exact, DivergenceSign.Unbiased);

    /// <summary>The program of Kalatzis et al. (2020), to compare with their tables.</summary>
    public static BrownianReadings Published { get; } = new(SquaredDistance.Energy, DistanceGradient.LatentVelocity, DivergenceSign.Absolute);
}
