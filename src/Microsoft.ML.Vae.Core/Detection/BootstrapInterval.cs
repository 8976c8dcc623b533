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
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samples);
        int[] scored = [.. Enumerable.Range(0, scores.Count).Where(i => !float.IsNaN(scores[i]))];
        int[] anomalies = [.. scored.Where(i => isAnomaly[i])], normals = [.. scored.Where(i => !isAnomaly[i])];
        var values = new double[samples];
        for (int s = 0; s < samples; s++)
        {
            var random = RandomStream.FromSeed(seed).Split((ulong)s);
            int[] picks = [.. Resample(anomalies, random.Split(0)), .. Resample(normals, random.Split(1))];
            values[s] = metric(DetectionMetrics.Compute([.. picks.Select(i => scores[i])], [.. picks.Select(i => isAnomaly[i])]));
        }
        Array.Sort(values);
        return new BootstrapInterval(Quantile(values, (1 - coverage) / 2), Quantile(values, (1 + coverage) / 2));
    }

    private static IEnumerable<int> Resample(int[] rows, RandomStream random)
    {
        for (int i = 0; i < rows.Length; i++) yield return rows[(int)(random.Uniform(i) * rows.Length)];
    }

    private static double Quantile(double[] sorted, double q) => sorted[(int)Math.Clamp(Math.Round(q * (sorted.Length - 1)), 0, sorted.Length - 1)];
}
