using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>Takes values out of rows, and puts means in their place.</summary>
internal static class Gaps
{
    /// <summary>The rows with each value missing with the same probability, at random; one value of each row stays.</summary>
    public static MatrixRows Remove(MatrixRows rows, double share, RandomStream random)
    {
        float[] values = rows.ToArray();
        int m = rows.FeatureCount;
        for (int r = 0; r < rows.RowCount; r++)
        {
            var row = values.AsSpan(r * m, m);
            float kept = row[0];
            for (int i = 0; i < m; i++)
                if (random.Uniform((r * m) + i) < share) row[i] = float.NaN;
            if (!row.ContainsAnyExcept(float.NaN)) row[0] = kept;
        }
        return new MatrixRows(values, m);
    }

    /// <summary>The rows with the mean of <paramref name="training"/> in place of what is missing.</summary>
    public static MatrixRows FillByMean(MatrixRows rows, MatrixRows training)
    {
        int m = rows.FeatureCount;
        float[] values = rows.ToArray(), known = training.ToArray();
        double[] means = [.. Enumerable.Range(0, m).Select(i => Enumerable.Range(0, training.RowCount).Select(r => (double)known[(r * m) + i]).Where(v => !double.IsNaN(v)).DefaultIfEmpty(0).Average())];
        for (int i = 0; i < values.Length; i++)
            if (float.IsNaN(values[i])) values[i] = (float)means[i % m];
        return new MatrixRows(values, m);
    }
}
