namespace Microsoft.ML.Vae.Core;

/// <summary>How well scores and decisions find the anomalies. Rows with a NaN score are counted as dropped and take no part; ties share their rank.</summary>
/// <param name="AreaUnderRocCurve">Area under the ROC curve: P(anomaly scores above normal), ties half.</param>
/// <param name="AveragePrecision">Area under the precision–recall curve by steps of recall, tied scores as one step.</param>
/// <param name="F1AtCount">F1 = precision = recall when exactly as many rows are flagged as there are anomalies (ties expected by chance).</param>
/// <param name="Precision">Of the decisions; NaN where nothing was flagged.</param>
/// <param name="Recall">Of the decisions.</param>
/// <param name="F1">Of the decisions; 0 where nothing true was flagged.</param>
/// <param name="FalseAlarmRate">Share of normal rows flagged.</param>
/// <param name="Anomalies">Anomalous rows that took part.</param>
/// <param name="Normals">Normal rows that took part.</param>
/// <param name="Dropped">Rows with a NaN score.</param>
public sealed record DetectionMetrics(
    double AreaUnderRocCurve, double AveragePrecision, double F1AtCount, double Precision, double Recall, double F1, double FalseAlarmRate, int Anomalies, int Normals, int Dropped)
{
    /// <summary>Computes all metrics.</summary>
    /// <param name="scores">Higher = more anomalous.</param>
    /// <param name="isAnomaly">True labels.</param>
    /// <param name="isFlagged">Decisions; null: none was taken, and their metrics are NaN.</param>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    /// <exception cref="InvalidOperationException">One of the two classes is missing.</exception>
    public static DetectionMetrics Compute(IReadOnlyList<float> scores, IReadOnlyList<bool> isAnomaly, IReadOnlyList<bool>? isFlagged = null)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(isAnomaly);
        if (isAnomaly.Count != scores.Count || (isFlagged is not null && isFlagged.Count != scores.Count))
            throw new ArgumentException($"Expected {scores.Count} labels and decisions, got {isAnomaly.Count} and {isFlagged?.Count}.", nameof(isAnomaly));
        int[] kept = [.. Enumerable.Range(0, scores.Count).Where(i => !float.IsNaN(scores[i])).OrderByDescending(i => scores[i])];
        int anomalies = kept.Count(i => isAnomaly[i]), normals = kept.Length - anomalies;
        if (anomalies == 0 || normals == 0)
            throw new InvalidOperationException($"Detection metrics need both classes, but there are {anomalies} anomalies and {normals} normal rows with a score.");
        var (auroc, precision, f1) = Rank(kept, scores, isAnomaly, anomalies, normals);
        return Decide(kept, isAnomaly, isFlagged) with
        {
            AreaUnderRocCurve = auroc,
            AveragePrecision = precision,
            F1AtCount = f1,
            Anomalies = anomalies,
            Normals = normals,
            Dropped = scores.Count - kept.Length,
        };
    }

    // One walk down the ranking, a group of equal scores at a time.
    private static (double AreaUnderRocCurve, double AveragePrecision, double F1AtCount) Rank(
        int[] order, IReadOnlyList<float> scores, IReadOnlyList<bool> isAnomaly, int anomalies, int normals)
    {
        double area = 0, averagePrecision = 0, hitsAtCount = 0;
        int hits = 0;
        for (int i = 0, end; i < order.Length; i = end)
        {
            int found = 0;
            for (end = i; end < order.Length && scores[order[end]] == scores[order[i]]; end++)
                if (isAnomaly[order[end]]) found++;
            int misses = end - i - found;
            area += misses * (hits + (0.5 * found));
            if (found > 0) averagePrecision += (double)found / anomalies * (hits + found) / end;
            if (i < anomalies) hitsAtCount = hits + ((double)found * Math.Min(end - i, anomalies - i) / (end - i));
            hits += found;
        }
        return (area / ((double)anomalies * normals), averagePrecision, hitsAtCount / anomalies);
    }

    private static DetectionMetrics Decide(int[] kept, IReadOnlyList<bool> isAnomaly, IReadOnlyList<bool>? isFlagged)
    {
        if (isFlagged is null) return new DetectionMetrics(0, 0, 0, double.NaN, double.NaN, double.NaN, double.NaN, 0, 0, 0);
        double flagged = kept.Count(i => isFlagged[i]), hits = kept.Count(i => isFlagged[i] && isAnomaly[i]), anomalies = kept.Count(i => isAnomaly[i]);
        return new DetectionMetrics(
            0, 0, 0, hits / flagged, hits / anomalies, 2 * hits / (flagged + anomalies), (flagged - hits) / (kept.Length - anomalies), 0, 0, 0);
    }
}
