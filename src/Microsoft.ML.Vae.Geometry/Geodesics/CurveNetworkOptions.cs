namespace Microsoft.ML.Vae.Geometry;

/// <summary>How a curve network meets the two end points.</summary>
public enum BoundaryFormula
{
    /// <summary>z(t) = (1−t)z₀ + t z₁ + ẑ(t) − (1−t)ẑ(0) − tẑ(1): always defined.</summary>
    Additive,

    /// <summary>
    /// z(t) = A ẑ(t) − B per coordinate with A = (z₀ − z₁)/(ẑ(0) − ẑ(1)), as published. A coordinate with z₀ = z₁ stays constant, and
    /// the network must not have ẑ(0) ≈ ẑ(1).
    /// </summary>
    Affine,
}

/// <summary>How a curve network is trained. The widths, points and pre-training are those of Chen et al.</summary>
public sealed record CurveNetworkOptions
{
    /// <summary>Units of each of the two hidden layers.</summary>
    public int Width { get; init; } = 150;

    /// <summary>Points at which the length is summed. 500 as published; a hundred cost a fifth.</summary>
    public int Points { get; init; } = 100;

    /// <summary>Steps of Adam on the length.</summary>
    public int Steps { get; init; } = 500;

    /// <summary>Steps of Adam that fit a Bézier curve before.</summary>
    public int PretrainingSteps { get; init; } = 200;

    /// <summary>Random quadratic Bézier curves tried besides the straight line; the one of least length plus largest speed is fitted.</summary>
    public int Candidates { get; init; } = 20;

    /// <summary>Spread of the Bézier control points: standard deviation relative to the distance of the ends.</summary>
    public double CandidateSpread { get; init; } = 0.5;

    /// <summary>Adam's step size.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>How the ends are met.</summary>
    public BoundaryFormula Boundary { get; init; } = BoundaryFormula.Additive;

    /// <summary>Seed of weights and candidates.</summary>
    public int Seed { get; init; } = 1;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Width);
        ArgumentOutOfRangeException.ThrowIfLessThan(Points, 2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Steps);
        ArgumentOutOfRangeException.ThrowIfNegative(PretrainingSteps);
        ArgumentOutOfRangeException.ThrowIfNegative(Candidates);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(LearningRate);
    }
}
