namespace Microsoft.ML.Vae.Core;

/// <summary>Gathers mean, spread and range of every feature's observed values as rows pass (Welford), double precision.</summary>
internal sealed class ColumnMoments : IRowObserver
{
    private readonly double[] _mean, _squares, _minimum, _maximum;
    private readonly bool[] _isWhole;
    private readonly long[] _observed;

    public ColumnMoments(int featureCount)
    {
        (_mean, _squares, _minimum, _maximum) = (new double[featureCount], new double[featureCount], new double[featureCount], new double[featureCount]);
        (_isWhole, _observed) = (new bool[featureCount], new long[featureCount]);
        Array.Fill(_isWhole, true);
        Array.Fill(_minimum, double.PositiveInfinity);
        Array.Fill(_maximum, double.NegativeInfinity);
    }

    /// <summary>Number of rows seen.</summary>
    public long Rows { get; private set; }

    public void Observe(ReadOnlySpan<float> features, ReadOnlySpan<float> weights, ReadOnlySpan<long> places)
    {
        int m = _mean.Length;
        for (int r = 0; r < weights.Length; r++) Add(features.Slice(r * m, m));
    }

    public ColumnStatistics ToStatistics() => new(
        Rows, [.. _mean], [.. _squares.Zip(_observed, (s, n) => Math.Sqrt(s / Math.Max(1, n)))], [.. _minimum], [.. _maximum], [.. _isWhole])
    { Observed = [.. _observed] };

    private void Add(ReadOnlySpan<float> row)
    {
        Rows++;
        for (int i = 0; i < row.Length; i++)
        {
            if (float.IsNaN(row[i])) continue;
            double x = row[i], delta = x - _mean[i];
            _mean[i] += delta / ++_observed[i];
            _squares[i] += delta * (x - _mean[i]);
            _minimum[i] = Math.Min(_minimum[i], x);
            _maximum[i] = Math.Max(_maximum[i], x);
            _isWhole[i] &= x == Math.Round(x);
        }
    }
}
