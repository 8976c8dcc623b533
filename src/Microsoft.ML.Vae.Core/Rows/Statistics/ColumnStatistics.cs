namespace Microsoft.ML.Vae.Core;

/// <summary>Mean, spread and range of every feature, in one pass (Welford), double precision.</summary>
/// <param name="Rows">Number of rows seen.</param>
/// <param name="Mean">[m].</param>
/// <param name="StandardDeviation">Population deviation, [m].</param>
/// <param name="Minimum">[m].</param>
/// <param name="Maximum">[m].</param>
public sealed record ColumnStatistics(long Rows, double[] Mean, double[] StandardDeviation, double[] Minimum, double[] Maximum)
{
    private const int BatchRows = 1024;

    /// <summary>Reads all rows once.</summary>
    public static ColumnStatistics Of(IRowSource rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int m = rows.FeatureCount;
        var (mean, squares, minimum, maximum) = (new double[m], new double[m], new double[m], new double[m]);
        Array.Fill(minimum, double.PositiveInfinity);
        Array.Fill(maximum, double.NegativeInfinity);
        var (features, weights) = (new float[BatchRows * m], new float[BatchRows]);
        long seen = 0;
        using var reader = rows.Read(null);
        for (int count; (count = reader.Read(features, weights)) > 0;)
            for (int r = 0; r < count; r++)
            {
                seen++;
                for (int i = 0; i < m; i++)
                {
                    double x = features[(r * m) + i], delta = x - mean[i];
                    mean[i] += delta / seen;
                    squares[i] += delta * (x - mean[i]);
                    minimum[i] = Math.Min(minimum[i], x);
                    maximum[i] = Math.Max(maximum[i], x);
                }
            }
        return new ColumnStatistics(seen, mean, [.. squares.Select(s => Math.Sqrt(s / Math.Max(1, seen)))], minimum, maximum);
    }
}
