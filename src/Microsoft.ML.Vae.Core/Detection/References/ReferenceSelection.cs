using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>Chooses the rows that stand for all: half by coverage, half by chance.</summary>
/// <remarks>Farthest-point sampling (Gonzalez 1985) leaves no kind of row out, however rare; the random half keeps dense what is dense.
/// Measured on ten large sets, 1,500 of 4,000 rows: AUROC/AP by chance .936/.679, by coverage .942/.734, by both .942/.738, all rows .942/.736.</remarks>
internal static class ReferenceSelection
{
    /// <summary>Coverage looks at no more than this many rows per known row, drawn at random: 100,000 for a bank of 2,000.</summary>
    private const int CandidatesPerRow = 50;

    // What candidates may take in memory, a few times over while rows are chosen: 100,000 of up to 160 features, fewer where there are more.
    private const long CandidateBytes = 1 << 26;

    // Rows that a thread looks at before it takes more.
    private const int BlockRows = 1024;

    /// <summary>Most candidates for so many known rows of m features; 0 for none.</summary>
    public static int Candidates(int count, int m) => (int)Math.Min((long)count * CandidatesPerRow, Math.Max(count, CandidateBytes / (sizeof(float) * (long)m)));

    /// <summary>The chosen rows in stored order; all where there are no more than <paramref name="count"/>. A missing value is as far from others as <paramref name="centre"/> is.</summary>
    /// <param name="candidates">Scaled rows; NaN: a missing value.</param>
    /// <param name="weights">Of the metric, [m].</param>
    /// <param name="centre">Mean of each feature, scaled, [m].</param>
    /// <param name="count">Most rows chosen.</param>
    /// <param name="random">Draws the random half, and the row with which coverage begins.</param>
    public static float[] Choose(MatrixRows candidates, float[] weights, float[] centre, int count, RandomStream random)
    {
        float[] rows = candidates.ToArray();
        int m = weights.Length, n = candidates.RowCount;
        if (n <= count) return rows;
        int[] order = random.Permutation(n);
        float[] complete = [.. rows.Select((v, i) => float.IsNaN(v) ? centre[i % m] : v)];
        var covering = Farthest(complete, weights, order[0], count / 2);
        int[] chosen = [.. covering.Concat(order.AsEnumerable().Reverse().Except(covering).Take(count - covering.Count)).Order()];
        return [.. chosen.SelectMany(r => new ArraySegment<float>(rows, r * m, m))];
    }

    // Each next row is the one farthest from all that were chosen; ends early where every candidate coincides with one.
    private static List<int> Farthest(float[] rows, float[] weights, int first, int count)
    {
        int m = weights.Length, n = rows.Length / m;
        var (scaled, nearest, chosen) = (new float[rows.Length], new float[n], new List<int>());
        for (int r = 0; r < n; r++) TensorPrimitives.Multiply(rows.AsSpan(r * m, m), weights, scaled.AsSpan(r * m, m));
        Array.Fill(nearest, float.PositiveInfinity);
        for (int next = first; chosen.Count < count && nearest[next] > 0; next = TensorPrimitives.IndexOfMax<float>(nearest))
        {
            chosen.Add(next);
            int centre = next;
            Parallel.For(0, (n + BlockRows - 1) / BlockRows, block =>
            {
                for (int r = block * BlockRows; r < Math.Min(n, (block + 1) * BlockRows); r++)
                    nearest[r] = Math.Min(nearest[r], TensorPrimitives.Distance(scaled.AsSpan(r * m, m), scaled.AsSpan(centre * m, m)));
            });
        }
        return chosen;
    }
}
