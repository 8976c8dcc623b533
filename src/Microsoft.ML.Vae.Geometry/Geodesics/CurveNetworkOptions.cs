namespace Microsoft.ML.Vae.Geometry;

/// <summary>How a curve network is trained. Chen et al. 2018 give the network's layers, the number of points, Adam and the score; the rest is ours, and says so.</summary>
public sealed record CurveNetworkOptions
{
    /// <summary>Units of each of the two hidden layers, as published.</summary>
    public int Width { get; init; } = 150;

    /// <summary>Points at which the length is summed, as published. A hundred cost a fifth.</summary>
    public int Points { get; init; } = 500;

    /// <summary>Steps of Adam on the length. Ours: the paper's number is not known to us.</summary>
    public int Steps { get; init; } = 500;

    /// <summary>Steps of Adam that fit the best candidate before. Ours.</summary>
    public int PretrainingSteps { get; init; } = 200;

    /// <summary>
    /// Random quadratic Bézier curves tried besides the straight line. The paper draws several, fits a network to each and keeps the one of least length plus largest speed; we score
    /// the curves themselves by that sum and fit the best one only. The number is ours.
    /// </summary>
    public int Candidates { get; init; } = 20;

    /// <summary>Spread of the Bézier curves' middles around that of the straight line: standard deviation of each coordinate relative to the distance of the ends. Ours.</summary>
    public double CandidateSpread { get; init; } = 0.5;

    /// <summary>Adam's step size. Ours.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>How the ends are met. Ours is the additive one; the affine one is the paper's.</summary>
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
