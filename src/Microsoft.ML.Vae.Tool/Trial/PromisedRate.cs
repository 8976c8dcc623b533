namespace Microsoft.ML.Vae.Tool;

/// <summary>Where the measured false-alarm rate of a calibrated detector lies in 95 % of cases: a beta-binomial interval, for both the calibration rows
/// and the test rows are a sample.</summary>
/// <remarks>With n calibration rows and k = ⌊α(n + 1)⌋ the true rate of a split-conformal threshold is Beta(k, n + 1 − k) (Vovk 2012).</remarks>
internal readonly record struct PromisedRate(double Low, double High)
{
    public static PromisedRate Of(int calibrationRows, int testRows, double rate)
    {
        int k = (int)Math.Floor((rate * (calibrationRows + 1)) + 1e-9), rest = calibrationRows + 1 - k;
        if (k == 0) return new PromisedRate(0, 0);
        double log = 0, sum = 0;
        for (int i = 0; i < testRows; i++) log += Math.Log((double)(rest + i) / (calibrationRows + 1 + i));
        int low = -1, alarms = 0;
        for (; alarms < testRows; alarms++)
        {
            sum += Math.Exp(log);
            if (low < 0 && sum > 0.025) low = alarms;
            if (sum >= 0.975) break;
            log += Math.Log((double)(testRows - alarms) * (alarms + k) / ((alarms + 1.0) * (testRows - alarms - 1 + rest)));
        }
        return new PromisedRate((double)low / testRows, (double)alarms / testRows);
    }
}
