namespace Microsoft.ML.Vae.Core;

/// <summary>The second phase of a Riemannian VAE: the decoder's precision and the Brownian prior, encoder and mean held. Immutable.</summary>
/// <remarks>Kalatzis, Eklund, Arvanitidis, Hauberg 2020; defaults are those of their program unless they say otherwise.</remarks>
public sealed record RiemannianOptions
{
    /// <summary>K, the radial basis functions of the precision, at the k-means centres of the codes; at most one for five rows.</summary>
    public int Centres { get; init; } = 350;

    /// <summary>b of exp(−b‖z − c‖²); null: 1/2s², s 1.25 times the mean distance of a code to its centre, as far as the codes of this model lie apart. Published: .01, which reaches seven units, for codes tens of units apart.</summary>
    public double? Decay { get; init; }

    /// <summary>ζ, the precision far from all centres: the deviation there is 3.2·10⁴. Larger, and geodesics that must cross empty places are easier to find.</summary>
    public double Floor { get; init; } = 1e-9;

    /// <summary>Steps that fit the precision to the likelihood alone, a hundredth of the cost of one with the divergence; no published counterpart.</summary>
    public int PrecisionSteps { get; init; } = 3000;

    /// <summary>Steps with the whole bound: two curves a row.</summary>
    public int BoundSteps { get; init; } = 100;

    /// <summary>Rows a step.</summary>
    public int BatchSize { get; init; } = 100;

    /// <summary>Adam's step. How precise a constant pixel becomes grows with rate times steps: .02 over 3,000 goes as far as the published .001 over 60,000.</summary>
    public double LearningRate { get; init; } = 0.02;

    /// <summary>Points of a curve.</summary>
    public int CurvePoints { get; init; } = 16;

    /// <summary>Descents on a curve's energy, with momentum .99 (Nesterov). Of all iterates the one of least energy counts.</summary>
    public int CurveSteps { get; init; } = 6;

    /// <summary>Step of those descents.</summary>
    public double CurveRate { get; init; } = 1e-3;

    /// <summary>Posterior variances are kept between these: below, a first phase without divergence has no lower end.</summary>
    public double MinimumVariance { get; init; } = 1e-4;

    /// <summary>Upper end of posterior variances.</summary>
    public double MaximumVariance { get; init; } = 5;

    /// <summary>Readings of the bound.</summary>
    public BrownianReadings Readings { get; init; } = BrownianReadings.Consistent;

    /// <summary>Fixes centres, order and draws.</summary>
    public int Seed { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public RiemannianOptions Validated()
    {
        ArgumentNullException.ThrowIfNull(Readings);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Centres);
        if (Decay is { } decay) Guard.Positive(decay, nameof(Decay));
        Guard.Positive(Floor, nameof(Floor));
        ArgumentOutOfRangeException.ThrowIfNegative(PrecisionSteps);
        ArgumentOutOfRangeException.ThrowIfNegative(BoundSteps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(BatchSize);
        Guard.Positive(LearningRate, nameof(LearningRate));
        ArgumentOutOfRangeException.ThrowIfLessThan(CurvePoints, 3);
        ArgumentOutOfRangeException.ThrowIfNegative(CurveSteps);
        Guard.Positive(CurveRate, nameof(CurveRate));
        Guard.Positive(MinimumVariance, nameof(MinimumVariance));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumVariance, MinimumVariance);
        return this;
    }
}
