using Microsoft.ML.Vae.Geometry.Tests.Support;

namespace Microsoft.ML.Vae.Geometry.Tests;

public class FisherRaoTests
{
    // SciPy integrates to 1e-12 relative a step.
    private const double OracleTolerance = 1e-9;
    private const double RoundOff = 1e-12;

    [Fact]
    public void Agrees_with_scipys_integration_of_the_geodesic_equation()
    {
        foreach (FisherRaoCase c in GeodesicOracle.Load.FisherRao)
        {
            double[] endMean = new double[1], endLogVariance = new double[1], meanVelocity = new double[1], logVarianceVelocity = new double[1];
            FisherRao.Exp([c.Mean], [c.LogVariance], [c.MeanVelocity], [c.LogVarianceVelocity], endMean, endLogVariance);
            Assert.Equal(c.EndMean, endMean[0], OracleTolerance);
            Assert.Equal(c.EndLogVariance, endLogVariance[0], OracleTolerance);
            Close.Relative(c.Distance, FisherRao.Distance([c.Mean], [c.LogVariance], endMean, endLogVariance), OracleTolerance);
            FisherRao.Log([c.Mean], [c.LogVariance], endMean, endLogVariance, meanVelocity, logVarianceVelocity);
            Assert.Equal(c.MeanVelocity, meanVelocity[0], OracleTolerance);
            Assert.Equal(c.LogVarianceVelocity, logVarianceVelocity[0], OracleTolerance);
        }
    }

    [Fact]
    public void Equal_means_give_the_logarithm_of_the_ratio() =>
        Close.Relative(Math.Sqrt(2) * 3, FisherRao.Distance([1], [0], [1], [6]), RoundOff);

    [Fact]
    public void Distances_add_up_over_coordinates_as_squares()
    {
        double one = FisherRao.Distance([1], [0.5], [2], [-1]), two = FisherRao.Distance([0], [2], [-1], [1]);
        Close.Relative(double.Hypot(one, two), FisherRao.Distance([1, 0], [0.5, 2], [2, -1], [-1, 1]), RoundOff);
    }

    [Theory]
    [InlineData(1e-9, 0, 1e-9)]
    [InlineData(0, 2e-12, 1.4142135623730951e-12)]
    public void Near_points_keep_their_relative_accuracy(double mean, double logVariance, double expected) =>
        Close.Relative(expected, FisherRao.Distance([0], [0], [mean], [logVariance]), 1e-9);

    [Fact]
    public void Far_points_stay_finite_and_come_back()
    {
        double[] v = new double[1], w = new double[1], mean = new double[1], logVariance = new double[1];
        FisherRao.Log([0], [-20], [1e8], [20], v, w);
        FisherRao.Exp([0], [-20], v, w, mean, logVariance);
        Close.Relative(1e8, mean[0], 1e-8);
        Close.Relative(20, logVariance[0], 1e-8);
        Assert.True(double.IsFinite(FisherRao.Distance([0], [-600], [1e100], [600])));
    }

    [Fact]
    public void The_geodesic_has_constant_speed_and_bulges_in_variance()
    {
        double[] m1 = [0, 1], l1 = [0, -1], m2 = [3, -2], l2 = [0.3, 1];
        double[] mean = new double[2], logVariance = new double[2];
        double total = FisherRao.Distance(m1, l1, m2, l2);
        foreach (double t in (double[])[0, 0.25, 0.5, 0.8, 1])
        {
            FisherRao.Geodesic(m1, l1, m2, l2, t, mean, logVariance);
            Assert.Equal(t * total, FisherRao.Distance(m1, l1, mean, logVariance), OracleTolerance);
            Assert.Equal((1 - t) * total, FisherRao.Distance(mean, logVariance, m2, l2), OracleTolerance);
        }
        FisherRao.Geodesic(m1, l1, m2, l2, 0.5, mean, logVariance);
        Assert.True(logVariance[0] > 0.3);
    }
}
