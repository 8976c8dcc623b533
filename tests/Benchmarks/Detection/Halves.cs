using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>A random half of one class's rows to train on, and the other to test on.</summary>
internal static class Halves
{
    /// <summary>Rows of each half, in the order of the draw.</summary>
    /// <param name="isAnomaly">Of each row.</param>
    /// <param name="anomalous">The class.</param>
    /// <param name="random">Draws.</param>
    /// <param name="limit">Rows of the class that take part, drawn; null: all.</param>
    public static (int[] Train, int[] Test) Of(IReadOnlyList<bool> isAnomaly, bool anomalous, RandomStream random, int? limit = null)
    {
        int[] rows = [.. Enumerable.Range(0, isAnomaly.Count).Where(r => isAnomaly[r] == anomalous)];
        int[] picked = [.. random.Permutation(rows.Length).Take(limit ?? rows.Length).Select(i => rows[i])];
        return ([.. picked.Skip(picked.Length / 2)], [.. picked.Take(picked.Length / 2)]);
    }
}
