namespace Microsoft.ML.Vae.Core.Tests.Detection;

public class PromisedRateTests
{
    [Theory]
    [InlineData(19, 10, 0.05)]
    [InlineData(99, 40, 0.1)]
    [InlineData(200, 1000, 0.02)]
    public void The_interval_holds_95_percent_of_the_beta_binomial_law(int calibrationRows, int rows, double rate)
    {
        var (low, high) = PromisedRate.Of(calibrationRows, rows, rate);
        double below = 0, inside = 0, atLow = 0, atHigh = 0;
        int k = (int)Math.Floor((rate * (calibrationRows + 1)) + 1e-9);
        for (int x = 0; x <= rows; x++)
        {
            double p = Mass(x, rows, k, calibrationRows + 1 - k);
            if (x < Math.Round(low * rows)) below += p;
            else if (x <= Math.Round(high * rows)) inside += p;
            if (x == (int)Math.Round(low * rows)) atLow = p;
            if (x == (int)Math.Round(high * rows)) atHigh = p;
        }
        Assert.InRange(below, 0, 0.025);
        Assert.InRange(1 - below - inside, -1e-9, 0.025);
        // And no narrower one does: with one count more or less a tail is beyond its share.
        Assert.True(below + atLow > 0.025, $"{below} + {atLow}");
        Assert.True(1 - below - inside + atHigh > 0.025, $"{atHigh}");
    }

    [Fact]
    public void With_endless_calibration_it_is_the_binomial_interval() =>
        // scipy.stats.binom.ppf([.025, .975], 1000, .05) = 37, 64
        Assert.Equal((0.037, 0.064), PromisedRate.Of(9_999_999, 1000, 0.05));

    [Fact]
    public void Few_calibration_rows_widen_it() =>
        // scipy.stats.betabinom.ppf([.025, .975], 1839, 18, 351) = 50, 138
        Assert.Equal((50.0 / 1839, 138.0 / 1839), PromisedRate.Of(368, 1839, 0.05));

    [Fact]
    public void A_threshold_promises_the_rate_it_was_chosen_for_and_less_where_it_was_chosen_with_confidence()
    {
        var calibration = new ConformalCalibration(Enumerable.Range(0, 199).Select(i => (float)i));
        Assert.Equal(0.05, PromisedRate.Of(calibration, calibration.Threshold(0.05)), 1e-12);
        Assert.InRange(PromisedRate.Of(calibration, calibration.ThresholdAtMost(0.05)), 0.01, 0.03);
        Assert.Equal(0, PromisedRate.Of(calibration, float.PositiveInfinity));
    }

    [Fact]
    public void A_rate_below_the_smallest_promises_that_nothing_is_flagged() => Assert.Equal((0.0, 0.0), PromisedRate.Of(19, 100, 0.01));

    // C(n, x) B(x + a, n − x + b)/B(a, b) as products: of the urn that returns each ball with another of its colour.
    private static double Mass(int x, int n, int a, int b)
    {
        double mass = 1;
        for (int i = 0; i < n; i++) mass *= i < x ? (n - i) / (double)(x - i) * (a + i) / (a + b + i) : (b + i - x) / (double)(a + b + i);
        return mass;
    }
}
