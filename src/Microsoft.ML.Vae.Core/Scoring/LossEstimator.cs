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

    /// <summary>32 fixed draws in 16 antithetic pairs: the measured default of detection.</summary>
    public static LossEstimator Default { get; } = new(32);

    /// <summary>The fixed noise, [Draws, n]: pairs ε, −ε, so that every odd-order term cancels exactly.</summary>
    public float[] Noise(int latentDimension)
    {
        var noise = new float[Draws * latentDimension];
        var random = RandomStream.FromSeed(0);
        for (int k = 0; k < Draws; k++)
        {
            var row = noise.AsSpan(k * latentDimension, latentDimension);
            random.Split((ulong)(k / 2)).Normals(row);
            if (k % 2 == 1) System.Numerics.Tensors.TensorPrimitives.Negate(row, row);
        }
        return noise;
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
