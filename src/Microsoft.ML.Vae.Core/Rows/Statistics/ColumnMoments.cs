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

    /// <summary>Everything that was gathered; counts are exact up to 2⁵³.</summary>
    public double[] ToNumbers() => [Rows, .. _mean, .. _squares, .. _minimum, .. _maximum, .. _isWhole.Select(w => w ? 1.0 : 0.0), .. _observed.Select(n => (double)n)];

    /// <summary>How many numbers that is.</summary>
    public static int NumbersLength(int m) => 1 + (6 * m);

    /// <summary>Adds what was gathered elsewhere (Chan, Golub and LeVeque 1979).</summary>
    public void Join(ReadOnlySpan<double> numbers)
    {
        int m = _mean.Length;
        Rows += (long)numbers[0];
        for (int i = 0; i < m; i++)
        {
            double mean = numbers[1 + i], squares = numbers[1 + m + i], observed = numbers[1 + (5 * m) + i];
            _minimum[i] = Math.Min(_minimum[i], numbers[1 + (2 * m) + i]);
            _maximum[i] = Math.Max(_maximum[i], numbers[1 + (3 * m) + i]);
            _isWhole[i] &= numbers[1 + (4 * m) + i] != 0;
            if (observed == 0) continue;
            double total = _observed[i] + observed, delta = mean - _mean[i];
            _squares[i] += squares + (delta * delta * _observed[i] * observed / total);
            _mean[i] += delta * observed / total;
            _observed[i] += (long)observed;
        }
    }

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
