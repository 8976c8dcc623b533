namespace Microsoft.ML.Vae.Core.Tests.Support;

/// <summary>Banks and their score by the formula, one row after another, as nobody would compute it.</summary>
internal static class Banks
{
    public static ReferenceBank Of(VaeModel model, MatrixRows rows, int count = 2000, int seed = 1, bool[]? isFlag = null)
    {
        bool[] isUnit = model.Architecture.Likelihood.UnitFeatures(model.FeatureCount);
        return new ReferenceFit(rows, ColumnStatistics.Of(rows), model.Scaling, isUnit, CategoricalBlock.Of(model.Architecture.Likelihood, isFlag ?? new bool[model.FeatureCount]), count, RandomStream.FromSeed(seed)).Learn(model, PosteriorTable.Of(model, rows))!;
    }

    /// <summary>The indices of the nearest rows, by sums in double and a sort.</summary>
    public static int[] Nearest(ReferenceBank bank, float[] row, int own = -1)
    {
        float[] weights = [.. bank.SearchWeights];
        double Distance(int b) => Math.Round(Enumerable.Range(0, row.Length).Sum(i => Math.Pow((double)(row[i] * weights[i]) - (bank[b][i] * weights[i]), 2)) / NearestRows.Quantum);
        return [.. Enumerable.Range(0, bank.Count).Where(b => b != own).OrderBy(Distance).Take(ReferenceBank.WideCount)];
    }

    /// <summary>The residual to the known rows, feature by feature, before the level.</summary>
    public static double[] Residual(ReferenceBank bank, float[] row, int[] nearest)
    {
        double[] narrow = Combination(bank, row, [.. nearest.Take(5)]), wide = Combination(bank, row, nearest);
        return [.. Enumerable.Range(0, row.Length).Select(i =>
            nearest.Take(5).Average(b => T(row[i] - bank[b][i], bank.NearPrecision[i])) + (0.5 * (T(row[i] - narrow[i], bank.NarrowPrecision[i]) + T(row[i] - wide[i], bank.WidePrecision[i]))))];

        static double T(double difference, double precision) => 2.5 * Math.Log(1 + (difference * difference * precision));
    }

    // (G + λI) ω = 1 by Gauss–Jordan with pivots.
    private static double[] Combination(ReferenceBank bank, float[] row, int[] nearest)
    {
        int size = nearest.Length;
        var a = new double[size, size + 1];
        double Difference(int b, int i) => ((double)(bank[b][i] * bank.SearchWeights[i])) - (row[i] * bank.SearchWeights[i]);
        for (int k = 0; k < size; k++)
        {
            for (int l = 0; l < size; l++) a[k, l] = Enumerable.Range(0, row.Length).Sum(i => Difference(nearest[k], i) * Difference(nearest[l], i));
            a[k, size] = 1;
        }
        double ridge = 0.1 / size * Enumerable.Range(0, size).Sum(k => a[k, k]);
        for (int k = 0; k < size; k++) a[k, k] += ridge > 0 ? ridge : 1;
        for (int k = 0; k < size; k++)
        {
            double pivot = a[k, k];
            for (int l = 0; l <= size; l++) a[k, l] /= pivot;
            for (int other = 0; other < size; other++)
            {
                double factor = other == k ? 0 : a[other, k];
                for (int l = 0; l <= size; l++) a[other, l] -= factor * a[k, l];
            }
        }
        double total = Enumerable.Range(0, size).Sum(k => a[k, size]);
        return [.. Enumerable.Range(0, row.Length).Select(i => Enumerable.Range(0, size).Sum(k => a[k, size] / total * bank[nearest[k]][i]))];
    }
}
