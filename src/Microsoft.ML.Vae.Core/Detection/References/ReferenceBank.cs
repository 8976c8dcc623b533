using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>Rows that a detector remembers, and how far a row usually lies from its neighbours among them: what a smooth decoder cannot say of rows that cluster.</summary>
/// <remarks>
/// A row is compared with its nearest known rows by one residual, a Student-t of four degrees per feature, t(δ, h) = 2.5 ln(1 + δ²/(4h²)): with the 5 nearest one by one (their mean),
/// and with the affine combinations of the 5 and of the 20 nearest that come closest (the mean of both; locally linear, Roweis and Saul 2000). Each residual has a scale h per feature
/// of its own, learned on the known rows by leaving one out, at least 3 % of the feature's spread. From each feature goes half of what the 20 nearest score themselves: the local
/// level (half the correction of LOF, Breunig et al. 2000). Beside it stands a third of ½n ln(1 + |y − y_b|²/(.1n)), the mean over the 5 nearest, y the n active isometric
/// coordinates in posterior widths. A score in nats up to a constant, no density: it need not integrate to one. Known rows trained the model or chose its state; none of them calibrates.
/// Nearest is by squared distance, each feature divided by its range, so that neither units nor heavy tails decide; ties go to the earlier row. Immutable and thread-safe.
/// Categories and flags have half of −ln of what the 20 nearest make probable in place of t, and their surprise as distance. Beside them stands a third of the divergence in place of the
/// displacement: a coordinate that tells categories apart jumps, and says no more than they do.
/// </remarks>
public sealed class ReferenceBank
{
    /// <summary>Nearest rows that are compared one by one, and reported.</summary>
    public const int NearestCount = 5;

    /// <summary>Rows of the wider affine combination, whose level counts.</summary>
    internal const int WideCount = 20;

    /// <summary>Number of buffers that a bank is made of.</summary>
    internal const int BufferCount = 8;

    /// <summary>The same where some features are categories or flags.</summary>
    internal const int MixedBufferCount = BufferCount + 1;

    /// <summary>Puts a bank together from its buffers, in the order of <see cref="Buffers"/>.</summary>
    /// <exception cref="ArgumentException">They do not fit each other, or hold numbers that cannot be.</exception>
    internal ReferenceBank(int featureCount, int latentDimension, IReadOnlyList<float[]> buffers)
    {
        if (buffers.Count is not (BufferCount or MixedBufferCount))
            throw new ArgumentException($"Expected {BufferCount} buffers of a bank, or {MixedBufferCount} with categories, got {buffers.Count}.", nameof(buffers));
        (Rows, SearchWeights, LatentScales, Coordinates, Levels) = (buffers[0], buffers[1], buffers[2], buffers[3], buffers[4]);
        (NearPrecision, NarrowPrecision, WidePrecision) = (buffers[5], buffers[6], buffers[7]);
        Categories = buffers.Count == MixedBufferCount ? new ReferenceCategories(buffers[BufferCount]) : null;
        (FeatureCount, Count) = (featureCount, Rows.Length / featureCount);
        ActiveLatents = [.. Enumerable.Range(0, LatentScales.Length).Where(j => LatentScales[j] > 0)];
        int[] lengths = [Math.Max(1, Count) * featureCount, featureCount, latentDimension, Count * ActiveLatents.Length, Rows.Length, featureCount, featureCount, featureCount, ReferenceCategories.Lines * featureCount];
        for (int b = 0; b < buffers.Count; b++)
            if (buffers[b].Length != lengths[b] || !Array.TrueForAll(buffers[b], float.IsFinite))
                throw new ArgumentException($"Expected {lengths[b]} finite numbers in buffer {b} of the bank, got {buffers[b].Length}.", nameof(buffers));
        if (SearchWeights.Concat(LatentScales).Any(v => v < 0) || NearPrecision.Concat(NarrowPrecision).Concat(WidePrecision).Any(v => v <= 0))
            throw new ArgumentException("A scale of the bank is not positive.", nameof(buffers));
        Searched = new float[Rows.Length];
        for (int r = 0; r < Count; r++) TensorPrimitives.Multiply(this[r], SearchWeights, Searched.AsSpan(r * featureCount));
    }

    /// <summary>Number of known rows.</summary>
    public int Count { get; }

    /// <summary>m.</summary>
    public int FeatureCount { get; }

    /// <summary>A known row as the encoder sees it, [m]; <see cref="FeatureScaling.Undo"/> of the model's scaling brings it back to its units.</summary>
    public ReadOnlySpan<float> this[int row] => Rows.AsSpan(row * FeatureCount, FeatureCount);

    /// <summary>[count, m], scaled.</summary>
    internal float[] Rows { get; }

    /// <summary>1/range of each feature, [m]; 0 where it was constant.</summary>
    internal float[] SearchWeights { get; }

    /// <summary>√E[σⱼ⁻²], [n]; 0 of a latent that carries nothing.</summary>
    internal float[] LatentScales { get; }

    /// <summary>Isometric coordinates, [count, active latents].</summary>
    internal float[] Coordinates { get; }

    /// <summary>What each known row's features score among the others, [count, m], nats.</summary>
    internal float[] Levels { get; }

    /// <summary>1/(4h²) of the residual to single rows, [m].</summary>
    internal float[] NearPrecision { get; }

    /// <summary>1/(4h²) of the residual to the affine combination of few, [m].</summary>
    internal float[] NarrowPrecision { get; }

    /// <summary>1/(4h²) of the residual to that of many, [m].</summary>
    internal float[] WidePrecision { get; }

    /// <summary>The rows in the metric of the search, [count, m].</summary>
    internal float[] Searched { get; }

    /// <summary>Which features are categories or flags; null: none.</summary>
    internal ReferenceCategories? Categories { get; }

    /// <summary>The latents with a coordinate.</summary>
    internal int[] ActiveLatents { get; }

    /// <summary>Everything the bank is made of.</summary>
    internal float[][] Buffers => [Rows, SearchWeights, LatentScales, Coordinates, Levels, NearPrecision, NarrowPrecision, WidePrecision, .. Categories is null ? Array.Empty<float[]>() : [Categories.Buffer]];
}
