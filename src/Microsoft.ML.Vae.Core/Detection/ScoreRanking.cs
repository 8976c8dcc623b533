namespace Microsoft.ML.Vae.Core;

/// <summary>Rows with a score in groups of equal scores, highest first: sorted once, then measured as they are or resampled.</summary>
internal sealed class ScoreRanking
{
    /// <summary>Ranks; rows with a NaN score take no part.</summary>
    public ScoreRanking(IReadOnlyList<float> scores, IReadOnlyList<bool> isAnomaly)
    {
        var (sorted, order) = (new float[scores.Count], new int[scores.Count]);
        for (int i = 0; i < scores.Count; i++)
            if (!float.IsNaN(scores[i])) (sorted[Rows], order[Rows++]) = (-scores[i], i);
        Array.Sort(sorted, order, 0, Rows);
        GroupOf = new int[scores.Count];
        Array.Fill(GroupOf, -1);
        var (rows, anomalies) = (new List<int>(), new List<int>());
        for (int i = 0; i < Rows; i++)
        {
            if (i == 0 || sorted[i] != sorted[i - 1])
            {
                rows.Add(0);
                anomalies.Add(0);
            }
            GroupOf[order[i]] = rows.Count - 1;
            rows[^1]++;
            if (isAnomaly[order[i]]) anomalies[^1]++;
        }
        (RowsOfGroups, AnomaliesOfGroups, Anomalies) = ([.. rows], [.. anomalies], anomalies.Sum());
    }

    /// <summary>The group of each row; −1: it has no score.</summary>
    public int[] GroupOf { get; }

    /// <summary>Rows with a score.</summary>
    public int Rows { get; }

    /// <summary>Anomalies among them.</summary>
    public int Anomalies { get; }

    /// <summary>Normal rows among them.</summary>
    public int Normals => Rows - Anomalies;

    /// <summary>How many rows each group has.</summary>
    public int[] RowsOfGroups { get; }

    /// <summary>How many of them are anomalies.</summary>
    public int[] AnomaliesOfGroups { get; }

    /// <summary>The metrics of a ranking, in one walk down: of these rows or of others with the same scores.</summary>
    /// <param name="anomaliesOf">Anomalies of each group.</param>
    /// <param name="rowsOf">Rows of each group.</param>
    /// <param name="decisions">Metrics of decisions, to be completed.</param>
    public DetectionMetrics Measure(ReadOnlySpan<int> anomaliesOf, ReadOnlySpan<int> rowsOf, DetectionMetrics decisions)
    {
        double area = 0, averagePrecision = 0, hitsAtCount = 0;
        int hits = 0, end = 0;
        for (int group = 0; group < rowsOf.Length; group++)
        {
            int found = anomaliesOf[group], rows = rowsOf[group], start = end;
            if (rows == 0) continue;
            end += rows;
            area += (rows - found) * (hits + (0.5 * found));
            if (found > 0) averagePrecision += (double)found / Anomalies * (hits + found) / end;
            if (start < Anomalies) hitsAtCount = hits + ((double)found * Math.Min(rows, Anomalies - start) / rows);
            hits += found;
        }
        return decisions with
        {
            AreaUnderRocCurve = area / ((double)Anomalies * Normals),
            AveragePrecision = averagePrecision,
            F1AtCount = hitsAtCount / Anomalies,
            Anomalies = Anomalies,
            Normals = Normals,
        };
    }
}
