namespace Microsoft.ML.Vae.Report;

/// <summary>A histogram of scores in bins of equal ratios.</summary>
internal static class ScoreBins
{
    private const int Bins = 48;

    // A few scores far below the others would take half of the axis.
    private const double Lowest = 0.002;

    public static ScoreSummary Of(ScoreTally tally, long rows, float threshold)
    {
        var bins = tally.Descending().ToArray();
        double low = Low(bins), high = Math.Max(tally.Greatest, low * 1.01);
        if (float.IsFinite(threshold) && threshold > 0) (low, high) = (Math.Min(low, threshold), Math.Max(high, threshold * 1.05));
        if (!double.IsFinite(high)) (low, high) = (DetectorCharts.LeastScore, 1);
        double[] edges = [.. Enumerable.Range(0, Bins + 1).Select(i => low * Math.Pow(high / low, i / (double)Bins))];
        long[] normal = new long[Bins], anomalous = new long[Bins];
        foreach (var (score, normals, anomalies) in bins)
        {
            int at = Math.Clamp((int)(Math.Log(Math.Max(score, low) / low) / Math.Log(high / low) * Bins), 0, Bins - 1);
            (normal[at], anomalous[at]) = (normal[at] + normals, anomalous[at] + anomalies);
        }
        return new ScoreSummary(rows, tally.WithoutScore, tally.Flagged, threshold, edges, normal, anomalous);
    }

    private static double Low((float Score, long Normal, long Anomalous)[] bins)
    {
        double left = Lowest * bins.Sum(b => b.Normal + b.Anomalous);
        foreach (var (score, normal, anomalous) in Enumerable.Reverse(bins))
            if ((left -= normal + anomalous) < 0) return Math.Max(score, DetectorCharts.LeastScore);
        return DetectorCharts.LeastScore;
    }
}
