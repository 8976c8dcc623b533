namespace Microsoft.ML.Vae.Core;

/// <summary>A percentile bootstrap interval (Efron 1979) of a detection metric: how far would it move on other rows of the same kind?</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct BootstrapInterval(double Low, double High)
{
    /// <summary>Resamples anomalies and normal rows separately, so that every sample holds both; rows with a NaN score are left out.</summary>
    /// <param name="scores">Higher = more anomalous.</param>
    /// <param name="isAnomaly">True labels.</param>
    /// <param name="metric">What is measured, e.g. the AUROC.</param>
    /// <param name="samples">Number of resamples; 200 give the ends to about a tenth of the interval's width.</param>
    /// <param name="coverage">Nominal coverage.</param>
    /// <param name="seed">Fixes the resamples.</param>
    public static BootstrapInterval Of(
        IReadOnlyList<float> scores, IReadOnlyList<bool> isAnomaly, Func<DetectionMetrics, double> metric, int samples = 200, double coverage = 0.95, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(metric);
        return Of(scores, isAnomaly, [metric], samples, coverage, seed)[0];
    }

    /// <summary>Intervals of several metrics, of the same resamples: the rows are sorted once.</summary>
    /// <param name="scores">Higher = more anomalous.</param>
    /// <param name="isAnomaly">True labels.</param>
    /// <param name="metrics">What is measured.</param>
    /// <param name="samples">Number of resamples.</param>
    /// <param name="coverage">Nominal coverage.</param>
    /// <param name="seed">Fixes the resamples.</param>
    public static BootstrapInterval[] Of(
        IReadOnlyList<float> scores, IReadOnlyList<bool> isAnomaly, IReadOnlyList<Func<DetectionMetrics, double>> metrics, int samples = 200, double coverage = 0.95, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samples);
        var whole = DetectionMetrics.Compute(scores, isAnomaly);
        var ranking = new ScoreRanking(scores, isAnomaly);
        int[] anomalies = Groups(true), normals = Groups(false);
        var measured = new DetectionMetrics[samples];
        Parallel.For(0, samples, s =>
        {
            var random = RandomStream.FromSeed(seed).Split((ulong)s);
            var rowsOf = new int[ranking.RowsOfGroups.Length];
            Resample(anomalies, random.Split(0), rowsOf);
            int[] anomaliesOf = [.. rowsOf];
            Resample(normals, random.Split(1), rowsOf);
            measured[s] = ranking.Measure(anomaliesOf, rowsOf, whole);
        });
        return [.. metrics.Select(metric => Interval([.. measured.Select(metric).Order()]))];

        BootstrapInterval Interval(double[] sorted) => new(Quantile(sorted, (1 - coverage) / 2), Quantile(sorted, (1 + coverage) / 2));

        int[] Groups(bool anomalous) => [.. Enumerable.Range(0, scores.Count).Where(i => isAnomaly[i] == anomalous && ranking.GroupOf[i] >= 0).Select(i => ranking.GroupOf[i])];
    }

    private static void Resample(int[] groups, RandomStream random, int[] counts)
    {
        for (int i = 0; i < groups.Length; i++) counts[groups[(int)(random.Uniform(i) * groups.Length)]]++;
    }

    /// <summary>The value at a share of sorted ones, the nearest.</summary>
    internal static double Quantile(double[] sorted, double q) => sorted[(int)Math.Clamp(Math.Round(q * (sorted.Length - 1)), 0, sorted.Length - 1)];
}
