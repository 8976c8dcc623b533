namespace Microsoft.ML.Vae.Geometry;

/// <summary>How an <see cref="RbfScale"/> is fitted.</summary>
public sealed record RbfScaleOptions
{
    /// <summary>Radial basis functions, on k-means centres of the latent codes; at most one per five codes. 100 as in the code of Arvanitidis et al.</summary>
    public int Centres { get; init; } = 100;

    /// <summary>
    /// a in g_k = ½ (a · mean distance of cluster k's codes from its centre)⁻². The form is that of Arvanitidis et al., who leave a to the user; their later code has 1.25 of another
    /// unit, the least standard deviation of a cluster along an axis. 3 is ours: functions so wide join without a ripple along the codes, at 2 a geodesic takes twice the time.
    /// </summary>
    public double WidthFactor { get; init; } = 3;

    /// <summary>Value far from all codes, in units of the root mean squared residual. 1000 after the code of Arvanitidis et al., there of the mean standard deviation.</summary>
    public double FarScale { get; init; } = 1000;

    /// <summary>
    /// One function for all outputs, with the root of their summed variances as its value: of D equal outputs it stands for all, as one coordinate √D times as large is isometric to
    /// them, at a D-th of the cost. By default each output has its own, as in the paper.
    /// </summary>
    public bool Shared { get; init; }

    /// <summary>Iterations of expectation–maximisation for the weights. Ours: the paper trains them by the bound, its later code regresses.</summary>
    public int Iterations { get; init; } = 100;

    /// <summary>Seed of the k-means centres.</summary>
    public int Seed { get; init; } = 1;

    /// <exception cref="ArgumentOutOfRangeException">A number is not above 0.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Centres);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(WidthFactor);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(FarScale);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Iterations);
    }
}
