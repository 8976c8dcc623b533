using System.Numerics.Tensors;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>The peer that comes nearest: the distance to the fifth nearest training row, all features scaled to [0, 1] by the training rows, as peers/detectors.py has it.</summary>
internal static class NeighbourDistance
{
    private const int Neighbours = 5;

    /// <summary>Scores of complete rows, higher = more anomalous.</summary>
    public static float[] Scores(MatrixRows training, MatrixRows test)
    {
        int m = training.FeatureCount, count = training.RowCount;
        float[] known = training.ToArray(), rows = test.ToArray();
        for (int i = 0; i < m; i++)
        {
            float[] column = [.. Enumerable.Range(0, count).Select(r => known[(r * m) + i])];
            float low = column.Min(), span = column.Max() - low;
            foreach (float[] table in new[] { known, rows })
                for (int at = i; at < table.Length; at += m) table[at] = (table[at] - low) / (span > 0 ? span : 1);
        }
        var scores = new float[test.RowCount];
        var distances = new float[count];
        for (int r = 0; r < scores.Length; r++)
        {
            for (int k = 0; k < count; k++) distances[k] = TensorPrimitives.Distance(rows.AsSpan(r * m, m), known.AsSpan(k * m, m));
            Array.Sort(distances);
            scores[r] = distances[Math.Min(Neighbours, count) - 1];
        }
        return scores;
    }
}
