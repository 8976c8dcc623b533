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
        var ranking = new ScoreRanking(scores, isAnomaly);
        if (ranking.Anomalies == 0 || ranking.Normals == 0)
            throw new InvalidOperationException($"Detection metrics need both classes, but there are {ranking.Anomalies} anomalies and {ranking.Normals} normal rows with a score.");
        return ranking.Measure(ranking.AnomaliesOfGroups, ranking.RowsOfGroups, Decide(scores, isAnomaly, isFlagged)) with { Dropped = scores.Count - ranking.Rows };
    }

    // The metrics of decisions, where any were taken.
    private static DetectionMetrics Decide(IReadOnlyList<float> scores, IReadOnlyList<bool> isAnomaly, IReadOnlyList<bool>? isFlagged)
    {
        if (isFlagged is null) return new DetectionMetrics(0, 0, 0, double.NaN, double.NaN, double.NaN, double.NaN, 0, 0, 0);
        double flagged = 0, hits = 0, anomalies = 0, rows = 0;
        for (int i = 0; i < scores.Count; i++)
        {
            if (float.IsNaN(scores[i])) continue;
            rows++;
            if (isFlagged[i]) flagged++;
            if (isAnomaly[i]) anomalies++;
            if (isFlagged[i] && isAnomaly[i]) hits++;
        }
        return new DetectionMetrics(0, 0, 0, hits / flagged, hits / anomalies, 2 * hits / (flagged + anomalies), (flagged - hits) / (rows - anomalies), 0, 0, 0);
    }
}
