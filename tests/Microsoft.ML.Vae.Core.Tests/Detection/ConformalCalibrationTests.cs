using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Detection;

public class ConformalCalibrationTests
{
    [Fact]
    public void P_values_agree_with_the_definition_also_with_ties()
    {
        var c = Oracle.Read("closed_forms").GetProperty("conformal");
        var calibration = new ConformalCalibration(c.Singles("calibration"));
        double[] expected = c.Doubles("p");
        Assert.Equal(expected, c.Singles("scores").Select(calibration.PValue), (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Fact]
    public void Above_the_threshold_is_exactly_a_small_p_value()
    {
        var ties = new ConformalCalibration(TestModels.Normals(57, 1).Select(v => MathF.Round(v, 1)));
        var distinct = new ConformalCalibration(TestModels.Normals(19, 2));
        foreach (var calibration in new[] { ties, distinct, new ConformalCalibration([1f]) })
            foreach (double rate in Enumerable.Range(1, 99).Select(i => i / 100.0).Append(1e-6).Append(1 - 1e-6))
            {
                float threshold = calibration.Threshold(rate);
                foreach (float score in calibration.Scores.SelectMany(s => new[] { s, MathF.BitDecrement(s), MathF.BitIncrement(s) }).Append(float.MinValue).Append(float.MaxValue))
                    Assert.True((score > threshold) == (calibration.PValue(score) <= rate + 1e-12), $"score {score}, threshold {threshold}, p {calibration.PValue(score)}, rate {rate}");
            }
    }

    [Fact]
    public void A_rate_too_small_for_the_rows_flags_nothing()
    {
        var calibration = new ConformalCalibration(TestModels.Normals(99, 3));
        Assert.Equal(0.01, calibration.SmallestRate, 1e-15);
        Assert.Equal(float.PositiveInfinity, calibration.Threshold(0.0099));
        Assert.Equal(calibration.Scores[0], calibration.Threshold(0.01));
    }

    /// <summary>Given the calibration, the false-alarm rate is Beta(k, n+1−k) with k = ⌊α(n+1)⌋: its mean over calibrations is k/(n+1), and of new rows Beta-binomial.</summary>
    [Fact]
    public void False_alarms_follow_the_promised_law()
    {
        const int Repeats = 2000, Rows = 59, Fresh = 50;
        const double Rate = 0.1, K = 6;
        var alarms = new double[Repeats];
        for (int i = 0; i < Repeats; i++)
        {
            float[] draws = TestModels.Normals(Rows + Fresh, 10_000 + i);
            var calibration = new ConformalCalibration(draws[..Rows]);
            alarms[i] = draws[Rows..].Count(s => s > calibration.Threshold(Rate)) / (double)Fresh;
        }
        double mean = K / (Rows + 1), variance = mean * (1 - mean) * (Rows + 1 + Fresh) / (Fresh * (Rows + 2.0));
        Assert.InRange(alarms.Average(), mean - (4 * Math.Sqrt(variance / Repeats)), mean + (4 * Math.Sqrt(variance / Repeats)));
        Assert.InRange(alarms.Average(a => (a - mean) * (a - mean)) / variance, 0.85, 1.15);
    }

    /// <summary>SciPy: beta.ppf(.95, k + 1, n − k).</summary>
    [Theory]
    [InlineData(99, 4, 0.05, 0.090073558)]
    [InlineData(99, 4, 0.5, 0.047021375)]
    [InlineData(1000, 49, 0.05, 0.061758579)]
    [InlineData(19, 0, 0.05, 0.145868503)]
    public void The_bound_of_a_rate_is_a_quantile_of_the_Beta_law(int rows, int above, double tail, double expected)
    {
        var calibration = new ConformalCalibration(Enumerable.Range(0, rows).Select(i => (float)i));
        Assert.Equal(expected, calibration.RateBound(rows - 1 - above, 1 - tail), 1e-8);
    }

    /// <summary>The largest k with P(Bin(n, α) ≤ k) ≤ 5 %; SciPy's binom.cdf.</summary>
    [Fact]
    public void The_threshold_with_confidence_is_the_lowest_whose_bound_is_kept()
    {
        foreach (int rows in new[] { 10, 58, 59, 100, 600 })
        {
            var calibration = new ConformalCalibration(Enumerable.Range(0, rows).Select(i => (float)i));
            float threshold = calibration.ThresholdAtMost(0.05);
            if (rows < 59)
            {
                Assert.Equal(float.PositiveInfinity, threshold);
                continue;
            }
            Assert.True(calibration.RateBound(threshold) <= 0.05);
            Assert.True(calibration.RateBound(threshold - 1) > 0.05);
            Assert.True(threshold >= calibration.Threshold(0.05));
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(59)]
    [InlineData(600)]
    public void The_smallest_rate_with_confidence_is_where_a_threshold_begins_to_exist(int rows)
    {
        const double Hair = 1e-6;
        var calibration = new ConformalCalibration(Enumerable.Range(0, rows).Select(i => (float)i));
        double smallest = calibration.SmallestRateAtMost(0.9);
        Assert.True(float.IsFinite(calibration.ThresholdAtMost(smallest * (1 + Hair), 0.9)));
        Assert.Equal(float.PositiveInfinity, calibration.ThresholdAtMost(smallest * (1 - Hair), 0.9));
    }

    [Fact]
    public void NaN_is_dropped_and_answered_by_NaN()
    {
        var calibration = new ConformalCalibration([1, float.NaN, 3, float.PositiveInfinity]);
        Assert.Equal([float.PositiveInfinity, 3, 1], calibration.Scores);
        Assert.Equal(double.NaN, calibration.PValue(float.NaN));
        Assert.Equal(0.5, calibration.PValue(float.PositiveInfinity));
        Assert.Throws<ArgumentException>(() => new ConformalCalibration([float.NaN]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void Rates_outside_the_open_unit_interval_are_refused(double rate)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConformalCalibration([1f]).Threshold(rate));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConformalCalibration.ContaminationThreshold([1f], rate));
    }

    [Theory]
    [InlineData(0.1, 10)]
    [InlineData(0.05, 5)]
    [InlineData(0.29, 29)]
    [InlineData(0.001, 0)]
    public void Contamination_flags_its_share_of_distinct_scores(double contamination, int flagged)
    {
        float[] scores = TestModels.Normals(100, 4);
        Assert.Equal(flagged, scores.Count(s => s > ConformalCalibration.ContaminationThreshold(scores, contamination)));
    }

    [Fact]
    public void Contamination_never_flags_more_than_its_share_of_tied_scores()
    {
        float[] scores = [3, 3, 3, 2, 1, float.NaN];
        Assert.Equal(0, scores.Count(s => s > ConformalCalibration.ContaminationThreshold(scores, 0.4)));
        Assert.Throws<ArgumentException>(() => ConformalCalibration.ContaminationThreshold([float.NaN], 0.1));
    }
}
