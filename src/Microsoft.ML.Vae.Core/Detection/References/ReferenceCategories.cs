namespace Microsoft.ML.Vae.Core;

/// <summary>The features of a bank that are categories or flags: compared by surprise, −ln of what the neighbours make probable, not by a distance. Immutable.</summary>
/// <remarks>p = (Σₖ bₖ + f)/(K + 1) over the K nearest known rows b, f the share in training: a category that no neighbour has still has its share of one row. Each slot of a block has
/// half of x ln(x/p) − x + p ≥ 0, which over the block sums to half of −ln of the probability of the row's category, once per block. A flag has that of both of its values. A block of zeros
/// is unseen, and costs what it does in the likelihood, or what the least likely category could cost, if that is more; where it is a missing value, nothing.
/// Squared distance of two categories is the surprise of both: −ln f of one less ln f of the other.</remarks>
internal sealed class ReferenceCategories
{
    /// <summary>Weight of the surprise: the decoder has one of its own.</summary>
    public const double Weight = 0.5;

    /// <summary>Known rows that the share in training counts for.</summary>
    public const double PriorRows = 1;

    /// <summary>Numbers for each feature in <see cref="Buffer"/>.</summary>
    public const int Lines = 3;

    private readonly int _features;

    /// <summary>Reads <see cref="Buffer"/>.</summary>
    /// <exception cref="ArgumentException">It holds no blocks of features.</exception>
    public ReferenceCategories(float[] buffer)
    {
        if (buffer.Length % Lines != 0) throw new ArgumentException($"Expected {Lines} numbers for each feature, got {buffer.Length}.", nameof(buffer));
        (Buffer, _features) = (buffer, buffer.Length / Lines);
        var blocks = new List<(int First, int Length)>();
        for (int i = 0; i < _features; i++)
        {
            if (buffer[i] < 0) continue;
            if (buffer[i] == i) blocks.Add((i, 1));
            else if (blocks.Count > 0 && buffer[i] == blocks[^1].First && blocks[^1].First + blocks[^1].Length == i) blocks[^1] = (blocks[^1].First, blocks[^1].Length + 1);
            else throw new ArgumentException($"Feature {i} of the bank cannot belong to a block that begins at {buffer[i]}.", nameof(buffer));
            if (Share(i) is not (> 0 and < 1) || Unseen(i) < 0) throw new ArgumentException($"Feature {i} of the bank has the share {Share(i)}, and {Unseen(i)} nats where it is unseen.", nameof(buffer));
        }
        Blocks = [.. blocks];
    }

    /// <summary>First feature of each feature's block, −1 of a number; share in training; nats of a block of zeros; [3, m].</summary>
    public float[] Buffer { get; }

    /// <summary>Where they lie; a block of one is a flag.</summary>
    public IReadOnlyList<(int First, int Length)> Blocks { get; }

    /// <summary>Share of a category or a flag in training, in (0, 1).</summary>
    public float Share(int feature) => Buffer[_features + feature];

    /// <summary>Nats of a block of zeros, of each of its features.</summary>
    public float Unseen(int feature) => Buffer[(2 * _features) + feature];

    /// <summary>Of the training rows; null: all features are numbers.</summary>
    /// <param name="blocks">Of each feature the block and what it costs unseen; null: a number.</param>
    /// <param name="statistics">Of the rows as they are.</param>
    public static ReferenceCategories? Of(IReadOnlyList<CategoricalBlock?> blocks, ColumnStatistics statistics)
    {
        int m = blocks.Count;
        if (blocks.All(b => b is null)) return null;
        var buffer = new float[Lines * m];
        for (int i = 0; i < m; i++)
        {
            buffer[i] = blocks[i]?.First ?? -1;
            if (blocks[i] is not { } block) continue;
            // Half a row of each that there could be.
            double share = ((statistics.Mean[i] * statistics.Observed[i]) + 0.5) / (statistics.Observed[i] + (0.5 * Math.Max(2, block.Length)));
            // Of tens of millions of rows single precision would make it 1.
            buffer[m + i] = Math.Min((float)share, MathF.BitDecrement(1));
        }
        foreach (var block in blocks.OfType<CategoricalBlock>().Distinct())
        {
            float least = buffer.AsSpan(m + block.First, block.Length).ToArray().Min();
            double unseen = block.Unseen is { } nats ? Math.Max(nats, -Math.Log(PriorRows * least / (ReferenceBank.WideCount + PriorRows))) : 0;
            buffer.AsSpan((2 * m) + block.First, block.Length).Fill((float)(unseen / block.Length));
        }
        return new ReferenceCategories(buffer);
    }

    /// <summary>Weight of a feature in the metric of the search: the root of its share's surprise, a flag's of that of both values.</summary>
    public float SearchWeight(CategoricalBlock block, int feature) =>
        (float)Math.Sqrt(-Math.Log(Share(feature)) - (block.Length == 1 ? Math.Log(1 - Share(feature)) : 0));

    /// <summary>Overwrites the terms of categories and flags, nats, ≥ 0.</summary>
    /// <param name="row">Scaled, [m].</param>
    /// <param name="bank">The known rows.</param>
    /// <param name="nearest">The nearest of them.</param>
    /// <param name="terms">[m].</param>
    public void Surprise(ReadOnlySpan<float> row, ReferenceBank bank, ReadOnlySpan<int> nearest, Span<double> terms)
    {
        foreach (var (first, length) in Blocks)
        {
            bool isUnseen = length > 1 && !row.Slice(first, length).ContainsAnyExcept(0f);
            for (int i = first; i < first + length; i++)
            {
                double sum = PriorRows * Share(i), x = Math.Clamp(row[i], 0, 1);
                foreach (int known in nearest) sum += Math.Clamp(bank.Rows[(known * row.Length) + i], 0, 1);
                double p = sum / (nearest.Length + PriorRows);
                terms[i] = Weight * (isUnseen ? Unseen(i) : Divergence(x, p) + (length == 1 ? Divergence(1 - x, 1 - p) : 0));
            }
        }
    }

    private static double Divergence(double x, double p) => StableMath.XLogX(x) - (x * Math.Log(p)) - x + p;
}
