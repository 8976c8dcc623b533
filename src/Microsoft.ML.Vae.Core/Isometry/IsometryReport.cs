namespace Microsoft.ML.Vae.Core;

/// <summary>Whether one latent behaves as the theory says.</summary>
/// <param name="Latent">Index.</param>
/// <param name="InverseVariance">E[σ⁻²]; 1 = collapsed.</param>
/// <param name="IsActive">Collapsed latents take no part in the verdict.</param>
/// <param name="NormMean">Mean of (2/β) σ² x_μᵀ G_x x_μ; the theory's value is 1.</param>
/// <param name="NormDeviation">Its standard deviation over rows.</param>
/// <param name="MeanAbsoluteCosine">Mean |cosine| with the other active latents' tangents in the metric G_x; the theory's value is 0.</param>
public sealed record LatentIsometry(int Latent, double InverseVariance, bool IsActive, double NormMean, double NormDeviation, double MeanAbsoluteCosine);

/// <summary>Is the density trustworthy on this data? Measures norm 1 and orthogonality, the conditions that the isometric density rests on.</summary>
/// <remarks>Nakagawa et al. 2021, theorem 3: (2σⱼ²/β) x_μₖᵀ G_x x_μⱼ = δⱼₖ.</remarks>
/// <param name="Latents">One line per latent.</param>
/// <param name="Rows">Number of rows measured.</param>
public sealed record IsometryReport(IReadOnlyList<LatentIsometry> Latents, int Rows)
{
    /// <summary>Rows that are measured: each costs a Jacobian, and the means of a thousand scatter by a thirtieth of what single rows do.</summary>
    internal const int DefaultRows = 1000;

    /// <summary>Largest departure of a mean norm from 1 that still counts as isometric; a converged toy model stays below .12.</summary>
    public const double NormTolerance = 0.25;

    /// <summary>Largest mean |cosine| that still counts as orthogonal.</summary>
    public const double CosineTolerance = 0.25;

    /// <summary>True where at least one latent is active and every active one is near norm 1 and orthogonal to the others.</summary>
    public bool IsTrustworthy => Latents.Any(l => l.IsActive) && !Failing.Any();

    /// <summary>One sentence for people.</summary>
    public string Verdict
    {
        get
        {
            int active = Latents.Count(l => l.IsActive);
            if (active == 0) return "All latents are collapsed: the model ignores its latents, and the density says nothing. Lower β or the learned variance's floor, or train longer.";
            string collapsed = active == Latents.Count ? "" : $" {Latents.Count - active} of {Latents.Count} latents are collapsed.";
            if (IsTrustworthy) return $"Trustworthy: all {active} active latents are isometric (norm 1 ± {NormTolerance}, orthogonal).{collapsed}";
            var worst = Failing.MaxBy(l => Math.Abs(l.NormMean - 1))!;
            return $"Not isometric: {Failing.Count()} of {active} active latents depart (latent {worst.Latent}: norm {worst.NormMean:F2}, cosine {worst.MeanAbsoluteCosine:F2}). "
                + $"Rank by score as usual, but do not read the density as absolute.{collapsed}";
        }
    }

    private IEnumerable<LatentIsometry> Failing =>
        Latents.Where(l => l.IsActive && (!(Math.Abs(l.NormMean - 1) <= NormTolerance) || l.MeanAbsoluteCosine > CosineTolerance));

    /// <summary>Measures a model on raw rows, or on a random draw of them where there are more than <paramref name="maximumRows"/>.</summary>
    public static IsometryReport Measure(VaeModel model, IRowSource rows, int maximumRows = DefaultRows) => Measure(model, PosteriorTable.Of(model, rows, maximumRows));

    internal static IsometryReport Measure(VaeModel model, PosteriorTable posterior) => new IsometryProbe(model).Measure(posterior);
}
