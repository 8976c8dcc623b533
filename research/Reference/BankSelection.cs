using System.Numerics.Tensors;

namespace Research;

/// <summary>Chooses the rows that stand for all: half by coverage, half by chance.</summary>
/// <remarks>Farthest-point sampling (Gonzalez 1985) leaves no kind of row out, however rare; the random half keeps what is dense dense.
/// Measured on ten large sets, 1,500 rows: chance alone .936/.679 (AUROC/AP), coverage alone .942/.734, both .942/.738, all 4,000 rows .942/.736.</remarks>
public static class BankSelection
{
    /// <summary>Coverage looks at no more than this many rows per known row, drawn at random: 100,000 for a bank of 2,000.</summary>
    private const int CandidatesPerRow = 50;

    /// <summary>Indices of the chosen rows, ascending; all rows where there are no more than <paramref name="count"/>.</summary>
    /// <param name="rows">[n, m].</param>
    /// <param name="features">m.</param>
    /// <param name="weights">[m], of the metric.</param>
    /// <param name="count">Size of the bank.</param>
    /// <param name="permutation">A random order of 0 … n−1.</param>
    public static int[] Choose(ReadOnlySpan<float> rows, int features, float[] weights, int count, Func<int, int[]> permutation)
    {
        int n = rows.Length / features;
        if (n <= count) return [.. Enumerable.Range(0, n)];
        int[] order = permutation(n);
        var candidates = order.AsSpan(0, (int)Math.Min(n, (long)CandidatesPerRow * count));
        var chosen = Farthest(rows, features, weights, candidates, count / 2);
        var taken = chosen.ToHashSet();
        return [.. chosen.Concat(order.Reverse().Where(r => !taken.Contains(r)).Take(count - chosen.Count)).Order()];
    }

    // Each next row is the one farthest from all that were chosen; ends early where every candidate coincides with one.
    private static List<int> Farthest(ReadOnlySpan<float> rows, int m, float[] weights, ReadOnlySpan<int> candidates, int count)
    {
        var scaled = new float[candidates.Length * m];
        for (int c = 0; c < candidates.Length; c++)
            TensorPrimitives.Multiply(rows.Slice(candidates[c] * m, m), weights, scaled.AsSpan(c * m, m));
        var nearest = new float[candidates.Length];
        Array.Fill(nearest, float.PositiveInfinity);
        var chosen = new List<int>();
        for (int next = 0; chosen.Count < count && nearest[next] > 0;)
        {
            chosen.Add(candidates[next]);
            int centre = next;
            Parallel.For(0, (candidates.Length + 1023) / 1024, block =>
            {
                for (int c = block * 1024; c < Math.Min(nearest.Length, (block + 1) * 1024); c++)
                    nearest[c] = Math.Min(nearest[c], TensorPrimitives.Distance(scaled.AsSpan(c * m, m), scaled.AsSpan(centre * m, m)));
            });
            next = TensorPrimitives.IndexOfMax<float>(nearest);
        }
        return chosen;
    }
}
