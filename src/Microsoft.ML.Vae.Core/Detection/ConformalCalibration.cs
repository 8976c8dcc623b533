namespace Microsoft.ML.Vae.Core;

/// <summary>Scores of held-out normal rows, turned into p-values and thresholds (split-conformal prediction, Vovk et al. 2005).</summary>
/// <remarks>
/// If a new normal row is exchangeable with the calibration rows, P(p ≤ α) ≤ α for every α: a promised false-alarm rate, not a guessed contamination.
/// The promise is kept in the mean over calibrations. Of one calibration the rate is Beta(k + 1, count − k), k calibration scores above the threshold;
/// <see cref="RateBound"/> and <see cref="ThresholdAtMost"/> speak of it with confidence (Vovk 2012).
/// </remarks>
public sealed class ConformalCalibration
{
    /// <summary>A tiny slack keeps α(count + 1), e.g. 0.05·20, from losing its integer to rounding.</summary>
    internal const double RateSlack = 1e-9;

    private readonly float[] _descending;

    /// <summary>Takes the scores of normal rows that were not trained on; higher = more anomalous. NaN is dropped.</summary>
    /// <exception cref="ArgumentException">No score is left.</exception>
    public ConformalCalibration(IEnumerable<float> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        _descending = [.. scores.Where(s => !float.IsNaN(s)).OrderDescending()];
        if (_descending.Length == 0) throw new ArgumentException("Calibration needs at least one row with a score.", nameof(scores));
    }

    /// <summary>Calibration scores, most anomalous first.</summary>
    public IReadOnlyList<float> Scores => _descending;

    /// <summary>The smallest false-alarm rate that this many rows can promise: 1/(count + 1).</summary>
    public double SmallestRate => 1.0 / (_descending.Length + 1);

    /// <summary>The smallest false-alarm rate that <see cref="ThresholdAtMost"/> can promise with the given confidence: 1 − (1 − confidence)^(1/count).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The confidence is not in (0, 1).</exception>
    public double SmallestRateAtMost(double confidence = 0.95)
    {
        CheckShare(confidence, nameof(confidence));
        return 1 - Math.Pow(1 - confidence, 1.0 / _descending.Length);
    }

    /// <summary>p = (1 + #{calibration ≥ score})/(count + 1), in (0, 1]; small = anomalous. NaN for NaN.</summary>
    public double PValue(float score) => float.IsNaN(score) ? double.NaN : (1.0 + CountAtLeast(score)) / (_descending.Length + 1);

    /// <summary>The threshold t for which score &gt; t exactly where p ≤ <paramref name="falseAlarmRate"/>;
    /// +∞ where the rows are too few for so small a rate (see <see cref="SmallestRate"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not in (0, 1).</exception>
    public float Threshold(double falseAlarmRate)
    {
        CheckShare(falseAlarmRate, nameof(falseAlarmRate));
        int allowed = (int)Math.Floor((falseAlarmRate * (_descending.Length + 1)) + RateSlack) - 1;
        return allowed < 0 ? float.PositiveInfinity : _descending[Math.Min(allowed, _descending.Length - 1)];
    }

    /// <summary>The false-alarm rate that a threshold stays below with the given confidence, which is over the draw of calibration rows; 0 for +∞.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The confidence is not in (0, 1).</exception>
    public double RateBound(float threshold, double confidence = 0.95)
    {
        CheckShare(confidence, nameof(confidence));
        return float.IsPositiveInfinity(threshold) ? 0 : BinomialTail.UpperBound(CountAtLeast(MathF.BitIncrement(threshold)), _descending.Length, 1 - confidence);
    }

    /// <summary>The lowest threshold whose false-alarm rate stays at or below a rate with the given confidence; +∞ where the rows are too few: at 95 %, 59 are needed for 5 %, 299 for 1 %.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not in (0, 1).</exception>
    public float ThresholdAtMost(double falseAlarmRate, double confidence = 0.95)
    {
        CheckShare(falseAlarmRate, nameof(falseAlarmRate));
        CheckShare(confidence, nameof(confidence));
        int low = -1, high = _descending.Length - 1;
        while (low < high)
        {
            int middle = low + ((high - low + 1) / 2);
            if (BinomialTail.AtMost(middle, _descending.Length, falseAlarmRate) <= 1 - confidence) low = middle;
            else high = middle - 1;
        }
        return low < 0 ? float.PositiveInfinity : _descending[low];
    }

    /// <summary>The threshold above which lie at most the given share of <paramref name="scores"/>, e.g. of unlabelled training rows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not in (0, 1).</exception>
    public static float ContaminationThreshold(IEnumerable<float> scores, double contamination)
    {
        CheckShare(contamination, nameof(contamination));
        float[] descending = [.. scores.Where(s => !float.IsNaN(s)).OrderDescending()];
        if (descending.Length == 0) throw new ArgumentException("A contamination needs at least one row with a score.", nameof(scores));
        return descending[Math.Min((int)Math.Floor((contamination * descending.Length) + RateSlack), descending.Length - 1)];
    }

    private static void CheckShare(double value, string name)
    {
        if (!(value > 0 && value < 1)) throw new ArgumentOutOfRangeException(name, value, "Expected a share between 0 and 1, exclusive.");
    }

    private int CountAtLeast(float score)
    {
        int low = 0, high = _descending.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_descending[middle] >= score) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
