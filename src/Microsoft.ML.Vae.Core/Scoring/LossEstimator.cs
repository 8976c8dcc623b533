namespace Microsoft.ML.Vae.Core;

/// <summary>How the expectation E_q D(x, Dec(z)) of a row is computed. Always deterministic: the same row gives the same loss.</summary>
/// <param name="Draws">Number of fixed noise vectors, the same for every row; 0: analytic, D(x, x̆) + Σⱼ σⱼ² x_μⱼᵀ G_x x_μⱼ (Nakagawa et al. 2021, theorem 1).</param>
/// <exception cref="ArgumentOutOfRangeException">A negative number of draws, or more than a million: their noise alone would fill the memory.</exception>
public readonly record struct LossEstimator(int Draws)
{
    private const int MaximumDraws = 1_000_000;

    /// <summary>Number of fixed noise vectors; 0: analytic.</summary>
    public int Draws { get; } = Draws is >= 0 and <= MaximumDraws ? Draws : throw new ArgumentOutOfRangeException(nameof(Draws), Draws, $"Expected 0 to {MaximumDraws} draws.");

    /// <summary>By the decoder's tangents at the posterior mean; exact where it is linear over the posterior's width, first order in its curvature elsewhere.</summary>
    public static LossEstimator Analytic { get; } = new(0);

    /// <summary>Eight balanced signs: as exact as 32 normal draws on labelled sets, at a quarter of their cost.</summary>
    public static LossEstimator Default { get; } = Balanced(8);

    /// <summary>Whether noise is −1 and 1, shared out so that latents do not disturb each other: see <see cref="Balanced"/>; false: normal deviates.</summary>
    public bool IsBalanced { get; private init; }

    /// <summary>Draws z = μ ± σ, latent by latent, in antithetic pairs: every sign has the variance 1, so that σⱼ²·∂²D/∂zⱼ² counts exactly, which is all there is to the second order where tangents are
    /// orthogonal, as those of an isometric model are (Nakagawa et al. 2021). Mixed terms cancel between the latents of greatest influence, half as many as there are draws:
    /// between these the mean is exact for polynomials of degree three (a folded two-level orthogonal array; Stroud 1957).</summary>
    /// <param name="draws">A power of two, at least 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another number.</exception>
    public static LossEstimator Balanced(int draws) => draws >= 2 && System.Numerics.BitOperations.IsPow2(draws) ? new(draws) { IsBalanced = true }
        : throw new ArgumentOutOfRangeException(nameof(draws), draws, "Expected a power of two, at least 2.");

    /// <summary>The fixed noise, [Draws, n]: pairs ε, −ε, so that every odd-order term cancels exactly.</summary>
    public float[] Noise(int latentDimension) => Noise([.. Enumerable.Range(0, latentDimension)]);

    /// <summary>From a number of draws, and what a file says of their kind.</summary>
    internal static LossEstimator Of(int draws, bool isBalanced) => isBalanced ? Balanced(draws) : new(draws);

    /// <summary>The fixed noise, [Draws, n].</summary>
    /// <param name="latents">All latents, those of the greatest influence first: which of them have signs that are orthogonal.</param>
    internal float[] Noise(IReadOnlyList<int> latents)
    {
        var noise = new float[Draws * latents.Count];
        var random = RandomStream.FromSeed(0);
        for (int k = 0; k < Draws; k++)
        {
            var row = noise.AsSpan(k * latents.Count, latents.Count);
            if (IsBalanced) Signs(k / 2, latents, row);
            else random.Split((ulong)(k / 2)).Normals(row);
            if (k % 2 == 1) System.Numerics.Tensors.TensorPrimitives.Negate(row, row);
        }
        return noise;
    }

    // Latents in their turn have the columns of a Hadamard matrix of order Draws/2. A further turn takes them again, rows negated by a quadratic form of their number's bits,
    // so that latents of two turns that follow each other agree in more pairs than they differ, or fewer, but from eight draws on never in all or none; two and four draws know but one and two patterns, and repeat them.
    private void Signs(int pair, IReadOnlyList<int> latents, Span<float> row)
    {
        int order = Draws / 2;
        for (int place = 0; place < latents.Count; place++)
        {
            int column = place % order, turn = place / order;
            bool isNegative = IsOdd(pair & column) != IsOdd(pair & (pair >> 1) & turn);
            row[latents[place]] = isNegative ? -1 : 1;
        }

        static bool IsOdd(int bits) => System.Numerics.BitOperations.PopCount((uint)bits) % 2 == 1;
    }
}

/// <summary>What a scorer is asked to compute; nothing else is.</summary>
[Flags]
public enum VaeOutputs
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Posterior mean and log-variance.</summary>
    Posterior = 1,

    /// <summary>Reconstruction at the posterior mean.</summary>
    Reconstruction = 2,

    /// <summary>Loss per row, per feature and per latent.</summary>
    Loss = 4,

    /// <summary>Log volume ratios, which a density per unit volume of the features needs: a decoder pass per active latent.</summary>
    Volume = 8,
}
