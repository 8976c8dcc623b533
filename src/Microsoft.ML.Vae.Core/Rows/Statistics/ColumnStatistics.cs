namespace Microsoft.ML.Vae.Core;

/// <summary>Mean, spread and range of every feature's observed values.</summary>
/// <param name="Rows">Number of rows seen.</param>
/// <param name="Mean">[m].</param>
/// <param name="StandardDeviation">Population deviation, [m].</param>
/// <param name="Minimum">[m].</param>
/// <param name="Maximum">[m].</param>
/// <param name="IsWhole">Whether all values are whole numbers, [m].</param>
public sealed record ColumnStatistics(long Rows, double[] Mean, double[] StandardDeviation, double[] Minimum, double[] Maximum, bool[] IsWhole)
{
    /// <summary>Number of values that are not missing, [m].</summary>
    public long[] Observed { get; init; } = [.. Mean.Select(_ => Rows)];

    /// <summary>Reads all rows once.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ColumnStatistics Of(IRowSource rows, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var moments = new ColumnMoments(rows.FeatureCount);
        RowPass.Run(rows, cancellation.ThrowIfCancellationRequested, moments);
        return moments.ToStatistics();
    }
}
