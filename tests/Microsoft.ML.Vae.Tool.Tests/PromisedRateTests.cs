namespace Microsoft.ML.Vae.Tool.Tests;

public class PromisedRateTests
{
    [Fact]
    public void With_endless_calibration_it_is_the_binomial_interval()
    {
        // scipy.stats.binom.ppf([.025, .975], 1000, .05) = 37, 64
        var promise = PromisedRate.Of(9_999_999, 1000, 0.05);
        Assert.Equal((0.037, 0.064), (promise.Low, promise.High));
    }

    [Fact]
    public void Few_calibration_rows_widen_it()
    {
        // scipy.stats.betabinom.ppf([.025, .975], 1839, 18, 351) = 50, 138
        var promise = PromisedRate.Of(368, 1839, 0.05);
        Assert.Equal((50.0 / 1839, 138.0 / 1839), (promise.Low, promise.High));
    }

    [Fact]
    public void Too_few_rows_promise_silence() => Assert.Equal(new PromisedRate(0, 0), PromisedRate.Of(10, 100, 0.05));
}
