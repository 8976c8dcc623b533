namespace Microsoft.ML.Vae.Core;

/// <summary>Where the measured rate of a calibrated detector lies in 95 % of cases: a beta-binomial interval, for both the calibration rows and the rows seen are a sample.</summary>
/// <remarks>With n calibration rows and k = ⌊α(n + 1)⌋ the true rate of a split-conformal threshold is Beta(k, n + 1 − k) (Vovk 2012).</remarks>
internal static class PromisedRate
{
    private const double Tail = 0.025;

    /// <summary>The rate that a threshold promises, (k + 1)/(n + 1) for k of the n calibration scores above it; 0 for +∞.</summary>
    public static double Of(ConformalCalibration calibration, float threshold) =>
        float.IsPositiveInfinity(threshold) ? 0 : (calibration.Scores.TakeWhile(s => s > threshold).Count() + 1.0) / (calibration.Scores.Count + 1);

    /// <summary>The ends as shares of the rows seen.</summary>
    /// <param name="calibrationRows">n.</param>
    /// <param name="rows">Normal rows seen.</param>
    /// <param name="rate">α, of which the calibration can promise the next lower multiple of 1/(n + 1).</param>
    public static (double Low, double High) Of(int calibrationRows, long rows, double rate)
    {
        int k = (int)Math.Floor((rate * (calibrationRows + 1)) + ConformalCalibration.RateSlack), rest = calibrationRows + 1 - k;
        if (k == 0) return (0, 0);
        if (rest <= 0 || rows == 0) return (rows == 0 ? 0 : 1, 1);
        double log = LogBeta(k, rows + rest) - LogBeta(k, rest), sum = 0;
        long low = -1, count = 0;
        for (; count < rows; count++)
        {
            sum += Math.Exp(log);
            if (low < 0 && sum > Tail) low = count;
            if (sum >= 1 - Tail) break;
            log += Math.Log((double)(rows - count) * (count + k) / ((count + 1.0) * (rows - count - 1 + rest)));
        }
        return ((double)Math.Max(low, 0) / rows, (double)count / rows);
    }

    private static double LogBeta(double a, double b) => StableMath.LogGamma(a) + StableMath.LogGamma(b) - StableMath.LogGamma(a + b);
}
