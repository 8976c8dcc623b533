namespace Microsoft.ML.Vae.Core.Tests.Bounds;

/// <summary>What a bound makes of log-weights: its value, and the shares that are its gradient.</summary>
public class BoundTests
{
    // Sums of some doubles, and central differences of them.
    private const double Double = 1e-12, Difference = 1e-8, Step = 1e-5;

    // From the largest weight alone to one that looks at the smallest first.
    private static readonly double[] Orders = [double.NegativeInfinity, -50, -1, 0, 0.5, 1, 1.5, 2, 50];

    private static readonly double[][] LogWeights =
    [
        [-3.2, 0.4, -1.1, 2.5], [0, 0, 0], [-7], [-700.5, -701, -698.25], [1e4, -1e4, 0], [-1e4, -1e4 + 1, -1e4 + 1e-9], [1e4, 1e4, 1e4 - 50], [-1e-12, 1e-12],
    ];

    [Fact]
    public void Shares_are_a_distribution_and_values_finite_as_far_out_as_ten_thousand_nats()
    {
        foreach (double order in Orders)
            foreach (double[] weights in LogWeights)
            {
                var (value, shares) = Weigh(order, weights);
                Assert.All(shares, s => Assert.InRange(s, 0, 1));
                Assert.Equal(1, shares.Sum(), Double);
                double slack = Double * (1 + weights.Max(Math.Abs));
                Assert.InRange(value, weights.Min() - slack, weights.Max() + slack);
            }
    }

    [Fact]
    public void A_bound_falls_as_its_order_grows()
    {
        foreach (double[] weights in LogWeights)
            foreach (var (lower, higher) in Orders.Zip(Orders[1..]))
                Assert.True(Weigh(higher, weights).Value <= Weigh(lower, weights).Value + (Double * (1 + weights.Max(Math.Abs))), $"L of order {higher} above that of {lower} at {string.Join(", ", weights)}");
    }

    [Fact]
    public void The_orders_with_a_name_are_mean_log_mean_and_largest()
    {
        double[] weights = LogWeights[0];
        Assert.Equal(weights.Average(), Weigh(1, weights).Value, Double);
        Assert.Equal(Math.Log(weights.Average(Math.Exp)), Weigh(0, weights).Value, Double);
        Assert.Equal(weights.Max(), Weigh(double.NegativeInfinity, weights).Value);
        Assert.Equal(Bound.EvidenceOf(4), Bound.Renyi(1, 4));
        Assert.Equal(Bound.ImportanceWeighted(4), Bound.Renyi(0, 4));
        Assert.Equal(Bound.Maximum(4), Bound.Renyi(double.NegativeInfinity, 4));
        Assert.Equal(Bound.Evidence, Bound.EvidenceOf(1));
        Assert.NotEqual(Bound.Evidence, Bound.Split);
    }

    // L_α = mean + (1 − α)/2 · variance + O((1 − α)²) of the log-weights.
    [Theory]
    [InlineData(1e-2)]
    [InlineData(1e-4)]
    [InlineData(1e-9)]
    [InlineData(1.0 / (1L << 53))] // ten tenths, added up, are one less this
    public void Near_order_one_it_leaves_the_mean_along_the_variance(double distance)
    {
        double[] weights = LogWeights[0];
        double mean = weights.Average(), variance = weights.Average(w => (w - mean) * (w - mean));
        foreach (double order in new[] { 1 - distance, 1 + (2 * distance) })
            Assert.Equal(mean + ((1 - order) * variance / 2), Weigh(order, weights).Value, (40 * distance * distance) + Double);
    }

    [Fact]
    public void One_draw_is_its_own_bound_whatever_the_order() =>
        Assert.All(Orders, order =>
        {
            var (value, shares) = Weigh(order, [-123.456]);
            Assert.Equal((-123.456, 1.0), (value, shares[0]));
        });

    [Fact]
    public void Shares_are_the_gradient_of_the_value()
    {
        foreach (double order in Orders)
        {
            double[] weights = [.. LogWeights[0]];
            double[] shares = Weigh(order, weights).Shares;
            for (int s = 0; s < weights.Length; s++)
            {
                double[] above = [.. weights], below = [.. weights];
                (above[s], below[s]) = (weights[s] + Step, weights[s] - Step);
                Assert.Equal((Weigh(order, above).Value - Weigh(order, below).Value) / (2 * Step), shares[s], Difference);
            }
        }
    }

    [Fact]
    public void Misuse_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Bound.EvidenceOf(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Bound.ImportanceWeighted(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Bound.Renyi(double.NaN, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Bound.Renyi(double.PositiveInfinity, 2));
    }

    private static (double Value, double[] Shares) Weigh(double order, double[] logWeights)
    {
        var shares = new double[logWeights.Length];
        return (Bound.Renyi(order, logWeights.Length).Weigh(logWeights, shares), shares);
    }
}
