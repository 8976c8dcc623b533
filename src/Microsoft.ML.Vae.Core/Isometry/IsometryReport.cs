namespace Microsoft.ML.Vae.Core;

/// <summary>Whether one latent behaves as the theory says.</summary>
/// <param name="Latent">Index.</param>
/// <param name="InverseVariance">E[σ⁻²]; 1 = collapsed.</param>
/// <param name="IsActive">Collapsed latents take no part in the verdict.</param>
/// <param name="NormMean">Mean of (2/β) σ² x_μᵀ G_x x_μ.</param>
/// <param name="NormDeviation">Its standard deviation over rows.</param>
/// <param name="MeanAbsoluteCosine">Mean |cosine| with the other active latents' tangents in the metric G_x; the theory's value is 0.</param>
/// <param name="ExpectedNorm">Mean of 1 − σ²/v, v the prior's variance: the norm of a posterior that is optimal for its decoder; 1 where σ² is small.</param>
public sealed record LatentIsometry(
    int Latent, double InverseVariance, bool IsActive, double NormMean, double NormDeviation, double MeanAbsoluteCosine, double ExpectedNorm = 1)
{
    /// <summary>Norm in units of the expected one; the theory's value is 1.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public double NormRatio => NormMean / ExpectedNorm;
}

/// <summary>How far the density can be trusted on this data: measures the conditions that it rests on, and what their failure does to it.</summary>
/// <remarks>
/// Nakagawa et al. 2021, theorem 3: M = (2/β) S JᵀG_xJ S, S = diag σ, is the identity; of an optimal posterior exactly diag(1 − σ²/v).
/// The exact push-forward of the prior through the decoder has the density p(μ)/√det(JᵀG_xJ), so that the isometric one is off by ½ ln det M − ½ Σ ln(1 − σⱼ²/v)
/// at each row, over the active latents: the departure.
/// </remarks>
/// <param name="Latents">One line per latent.</param>
/// <param name="Rows">Number of rows measured.</param>
/// <param name="MeanDeparture">Mean of the departure over rows, nats: by how much all densities are too high. NaN where M is singular on every row.</param>
/// <param name="DepartureDeviation">Its standard deviation, nats: by how much densities of different rows are wrong against each other.</param>
/// <param name="DensityDeviation">Standard deviation of the log-density over the same rows, nats.</param>
public sealed record IsometryReport(IReadOnlyList<LatentIsometry> Latents, int Rows, double MeanDeparture, double DepartureDeviation, double DensityDeviation)
{
    /// <summary>Rows that are measured: each costs a Jacobian, and the means of a thousand scatter by a thirtieth of what single rows do.</summary>
    internal const int DefaultRows = 1000;

    /// <summary>Largest departure of a latent's norm ratio from 1, and of its mean |cosine| from 0, that goes without mention; a converged toy model stays below .12.</summary>
    public const double Tolerance = 0.25;

    /// <summary>Largest share of the log-density's variance that departures may explain in a density that is called trustworthy: a tenth leaves a correlation of .95 with the exact one.</summary>
    public const double ShareTolerance = 0.1;

    /// <summary>Share of the log-density's variance that the departure explains, at most 1. 0: densities differ by constants only. NaN where M is singular.</summary>
    public double DepartureShare => DepartureDeviation == 0 ? 0 : Math.Min(1, DepartureDeviation * DepartureDeviation / (DensityDeviation * DensityDeviation));

    /// <summary>Whether differences of the log-density mean what they say: departures explain at most a tenth of its variance.</summary>
    public bool IsTrustworthy => Latents.Any(l => l.IsActive) && DepartureShare <= ShareTolerance;

    /// <summary>A few sentences for people.</summary>
    public string Verdict
    {
        get
        {
            int active = Latents.Count(l => l.IsActive);
            if (active == 0) return "All latents are collapsed: the model ignores its latents, and the density says nothing. Lower β or the learned variance's floor, or train longer.";
            string collapsed = active == Latents.Count ? "" : $" {Latents.Count - active} of {Latents.Count} latents are collapsed.";
            if (double.IsNaN(DepartureShare)) return $"The density's departure is unknown: a former version measured the model, or some active latents have no effect of their own. {Departing}{collapsed}";
            string error = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"the log-density departs by {MeanDeparture:F2} ± {DepartureDeviation:F2} nats, {100 * DepartureShare:F0}% of its variance.");
            return IsTrustworthy ? $"Trustworthy: {error} {Departing}{collapsed}" : $"Not isometric: {error} {Departing} Rank by score as usual, but do not read the density as absolute.{collapsed}";
        }
    }

    private string Departing
    {
        get
        {
            LatentIsometry[] active = [.. Latents.Where(l => l.IsActive)], departing = [.. active.Where(l => !(Math.Abs(l.NormRatio - 1) <= Tolerance) || l.MeanAbsoluteCosine > Tolerance)];
            if (departing.Length == 0) return $"All {active.Length} active latents are isometric (norm 1 ± {Tolerance}, orthogonal).";
            var worst = departing.MaxBy(l => double.IsNaN(l.NormRatio) ? double.PositiveInfinity : Math.Abs(l.NormRatio - 1) + l.MeanAbsoluteCosine)!;
            return string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"{departing.Length} of {active.Length} active latents depart (latent {worst.Latent}: norm {worst.NormRatio:F2}, cosine {worst.MeanAbsoluteCosine:F2}).");
        }
    }

    /// <summary>A report as a file states it; version 1 knew no departures.</summary>
    internal static IsometryReport Of(IReadOnlyList<LatentIsometry> latents, int rows, double[]? departure) =>
        departure is null ? new IsometryReport(latents, rows, double.NaN, double.NaN, double.NaN) : new IsometryReport(latents, rows, departure[0], departure[1], departure[2]);

    /// <summary>Mean departure, its deviation, the density's deviation: as a file states them.</summary>
    internal double[] Departure() => [MeanDeparture, DepartureDeviation, DensityDeviation];

    /// <summary>Measures a model on raw rows, or on a random draw of them where there are more than <paramref name="maximumRows"/>.</summary>
    public static IsometryReport Measure(VaeModel model, IRowSource rows, int maximumRows = DefaultRows) => Measure(model, PosteriorTable.Of(model, rows, maximumRows));

    internal static IsometryReport Measure(VaeModel model, PosteriorTable posterior) => new IsometryProbe(model).Measure(posterior);
}
