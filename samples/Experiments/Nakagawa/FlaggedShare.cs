namespace Experiments.Nakagawa;

/// <summary>Precision, recall and F1 of the rows whose score lies above a percentile of all test scores, as the literature judges these sets.</summary>
internal sealed record FlaggedShare(double Precision, double Recall, double F1)
{
    /// <summary>Flags what exceeds numpy's percentile 100·(1 − share).</summary>
    public static FlaggedShare Of(IReadOnlyList<float> scores, IReadOnlyList<bool> isAnomaly, double share)
    {
        float[] sorted = [.. scores.Order()];
        double place = (1 - share) * (sorted.Length - 1);
        int below = (int)place;
        double threshold = sorted[below] + ((place - below) * ((double)sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
        int flagged = 0, hits = 0;
        for (int r = 0; r < scores.Count; r++)
        {
            if (!(scores[r] > threshold)) continue;
            flagged++;
            if (isAnomaly[r]) hits++;
        }
        int anomalies = isAnomaly.Count(a => a);
        double precision = flagged == 0 ? 0 : (double)hits / flagged, recall = (double)hits / anomalies;
        return new(precision, recall, flagged + anomalies == 0 ? 0 : 2.0 * hits / (flagged + anomalies));
    }
}
