using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>The bound of log p(x) that training maximises, from K draws z_s of each row's posterior. Immutable; equal by value.</summary>
/// <remarks>
/// log w_s = log p(x|z_s) + β (log p(z_s) − log q(z_s|x)). L_α = 1/(1−α) · log mean_s w_s^{1−α} (Li and Turner 2016): α = 1 the evidence bound,
/// whose divergence is in closed form where the prior allows; α = 0 the importance-weighted bound (Burda et al. 2016), tighter with every draw;
/// α = −∞ the largest weight alone. Its gradient is Σ_s w̃_s ∇ log w_s, w̃ = softmax((1−α) log w). Falls as α grows; L₀ ≤ log p(x).
/// </remarks>
public sealed record Bound
{
    // Of a file; anyone else names a bound.
    internal Bound(double alpha, int draws, bool isSplit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(draws);
        if (double.IsNaN(alpha) || alpha == double.PositiveInfinity) throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "Expected a number, or −∞.");
        (Alpha, Draws, IsSplit) = (alpha, draws, isSplit);
    }

    /// <summary>The evidence bound from one draw a row: cheap, and enough for tables.</summary>
    public static Bound Evidence { get; } = new(1, 1, false);

    /// <summary>The evidence bound with D(x, x̆) + D(x̆, x̂), x̆ = Dec(μ), in place of D(x, x̂): transform loss plus coding loss (Kato et al. 2020; Nakagawa et al. 2021).</summary>
    public static Bound Split { get; } = new(1, 1, true);

    /// <summary>α, order of the bound.</summary>
    public double Alpha { get; }

    /// <summary>K, draws a row.</summary>
    public int Draws { get; }

    /// <summary>Whether distortion is split at the posterior mean.</summary>
    public bool IsSplit { get; }

    /// <summary>Whether every draw weighs the same: then log-weights need not be known before the way back.</summary>
    internal bool IsMean => Alpha == 1;

    /// <summary>The evidence bound, its likelihood averaged over several draws.</summary>
    public static Bound EvidenceOf(int draws) => new(1, draws, false);

    /// <summary>The importance-weighted bound of K draws.</summary>
    public static Bound ImportanceWeighted(int draws) => new(0, draws, false);

    /// <summary>The Rényi bound of order α from K draws.</summary>
    public static Bound Renyi(double alpha, int draws) => new(alpha, draws, false);

    /// <summary>The largest of K log-weights: α → −∞.</summary>
    public static Bound Maximum(int draws) => new(double.NegativeInfinity, draws, false);

    /// <summary>Writes each draw's share of the gradient, which sum to 1; returns the bound of the row, nats.</summary>
    /// <param name="logWeights">log w_s, [K].</param>
    /// <param name="shares">w̃_s, [K].</param>
    public double Weigh(ReadOnlySpan<double> logWeights, Span<double> shares)
    {
        if (IsMean)
        {
            shares.Fill(1.0 / shares.Length);
            return TensorPrimitives.Sum(logWeights) / logWeights.Length;
        }
        double largest = TensorPrimitives.Max(logWeights), power = 1 - Alpha, excess = 0;
        if (double.IsPositiveInfinity(power))
        {
            shares.Clear();
            shares[TensorPrimitives.IndexOfMax(logWeights)] = 1;
            return largest;
        }
        // Powers less one: near α = 1 all powers are nearly one, and their logarithm is divided by nearly nothing.
        double reference = power > 0 ? largest : TensorPrimitives.Min(logWeights);
        for (int s = 0; s < shares.Length; s++) excess += shares[s] = StableMath.ExpM1(power * (logWeights[s] - reference));
        for (int s = 0; s < shares.Length; s++) shares[s] = (1 + shares[s]) / (shares.Length + excess);
        return reference + (StableMath.LogP1(excess / shares.Length) / power);
    }
}
