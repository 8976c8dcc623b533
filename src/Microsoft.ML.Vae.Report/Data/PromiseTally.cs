using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Report;

/// <summary>How often normal rows fall below rates as they pass.</summary>
internal sealed class PromiseTally
{
    private const double Confidence = 0.95;

    private static readonly double[] AllRates = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

    private readonly double[] _rates;
    private readonly float[] _thresholds;
    private readonly long[] _above;
    private long _rows;

    public PromiseTally(ConformalCalibration calibration)
    {
        // Below the smallest rate nothing can be promised, hence nothing broken.
        _rates = [.. AllRates.Where(a => a >= calibration.SmallestRate)];
        (_thresholds, _above) = ([.. _rates.Select(calibration.Threshold)], new long[_rates.Length]);
    }

    /// <summary>p ≤ α exactly where the score is above α's threshold.</summary>
    public void Add(float score)
    {
        if (float.IsNaN(score)) return;
        _rows++;
        for (int i = 0; i < _above.Length; i++)
            if (score > _thresholds[i]) _above[i]++;
    }

    public CalibrationSummary Of(AnomalyModel model, ScoreTally tally, bool areNormal)
    {
        int n = model.Calibration.Scores.Count;
        double promised = PromisedRate.Of(model.Calibration, model.Threshold);
        var (low, high) = PromisedRate.Of(n, _rows, promised);
        return new CalibrationSummary(
            areNormal, n, promised, model.Calibration.RateBound(model.Threshold, Confidence), tally.FlaggedOf(false) / Math.Max(1.0, _rows), low, high, _rows,
            areNormal ? [.. _rates.Select((rate, i) => Kept(n, rate, _above[i]))] : []);
    }

    private KeptPromise Kept(int calibrationRows, double rate, long above)
    {
        var (low, high) = PromisedRate.Of(calibrationRows, _rows, rate);
        return new KeptPromise(rate, above / Math.Max(1.0, _rows), low, high);
    }
}
