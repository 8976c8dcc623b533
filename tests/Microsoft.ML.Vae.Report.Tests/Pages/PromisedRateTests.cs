namespace Microsoft.ML.Vae.Report.Tests.Pages;

public class PromisedRateTests
{
    [Theory]
    [InlineData(19, 10, 0.05)]
    [InlineData(99, 40, 0.1)]
    [InlineData(200, 1000, 0.02)]
    public void The_interval_holds_95_percent_of_the_beta_binomial_law(int calibrationRows, int rows, double rate)
    {
        var (low, high) = PromisedRate.Of(calibrationRows, rows, rate);
        double below = 0, inside = 0;
        int k = (int)Math.Floor((rate * (calibrationRows + 1)) + 1e-9);
        for (int x = 0; x <= rows; x++)
        {
            double p = Mass(x, rows, k, calibrationRows + 1 - k);
            if (x < Math.Round(low * rows)) below += p;
            else if (x <= Math.Round(high * rows)) inside += p;
        }
        Assert.InRange(below, 0, 0.025);
        Assert.InRange(1 - below - inside, -1e-9, 0.025);
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
