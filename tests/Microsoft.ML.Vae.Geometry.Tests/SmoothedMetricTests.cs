using Microsoft.ML.Vae.Geometry.Tests.Support;

namespace Microsoft.ML.Vae.Geometry.Tests;

public class SmoothedMetricTests
{
    private const double RoundOff = 1e-12;

    private static readonly PullbackMetric Plain = new(GeodesicOracle.Load.Network);

    [Fact]
    public void Eigenvalues_change_as_stated_and_axes_stay()
    {
        // diag(4, 0.01) turned by an angle.
        double c = Math.Cos(0.4), s = Math.Sin(0.4), lambda = 0.05;
        double[] metric = new SmoothedMetric(Turned(2, 0.1), lambda).Evaluate([0, 0]);
        double large = 64 / (16 + lambda), small = 1e-6 / (1e-4 + lambda);
        Close.All(
            [(large * c * c) + (small * s * s), (large - small) * c * s, (large - small) * c * s, (large * s * s) + (small * c * c)], metric, RoundOff);
    }

    [Theory]
    [InlineData(2, 0.1)]
    [InlineData(1, 0)]
    [InlineData(1e-90, 1e-100)]
    public void Without_lambda_it_is_the_metric_to_the_bit_however_small_its_eigenvalues(double first, double second)
    {
        PullbackMetric metric = Turned(first, second);
        Assert.Equal(metric.Evaluate([0, 0]), new SmoothedMetric(metric, 0).Evaluate([0, 0]));
        Assert.All(new SmoothedMetric(metric, 1e-30).Evaluate([0, 0]), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void As_lambda_goes_to_zero_it_approaches_the_metric_with_first_order()
    {
        double[] exact = Plain.Evaluate([0.3, -0.5]), lambdas = [1e-3, 1e-4, 1e-5, 1e-6];
        double[] errors = [.. lambdas.Select(lambda => new SmoothedMetric(Plain, lambda).Evaluate([0.3, -0.5]).Zip(exact, (a, b) => Math.Abs(a - b)).Max())];
        Assert.InRange(Close.Order(lambdas, errors), 0.9, 1.1);
    }

    [Fact]
    public void For_large_lambda_it_approaches_the_cube_over_lambda()
    {
        const double Lambda = 1e9;
        double[] g = Plain.Evaluate([0.3, -0.5]), smoothed = new SmoothedMetric(Plain, Lambda).Evaluate([0.3, -0.5]);
        double[] Product(double[] a, double[] b) =>
            [(a[0] * b[0]) + (a[1] * b[2]), (a[0] * b[1]) + (a[1] * b[3]), (a[2] * b[0]) + (a[3] * b[2]), (a[2] * b[1]) + (a[3] * b[3])];
        double[] cube = Product(g, Product(g, g));
        for (int i = 0; i < 4; i++) Close.Relative(cube[i], Lambda * smoothed[i], 1e-6);
    }

    /// <summary>λ in units of the median squared eigenvalue on the data, as one would sweep it.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    [InlineData(1)]
    [InlineData(100)]
    public void Geodesics_of_a_noisy_decoder_converge_and_are_no_longer_than_without_smoothing(double share)
    {
        (PullbackMetric plain, double[] codes, _) = RbfScaleTests.RingDecoder();
        var metric = new SmoothedMetric(plain, share * MedianSquaredEigenvalue(plain, codes));
        var graph = new GraphInitializer(metric, KMeans.Fit(codes, 2, 40).Centres);
        var options = new GeodesicOptions { InitialSegments = 8 };
        for (int i = 0; i < 6; i++)
        {
            ReadOnlySpan<double> start = codes.AsSpan(2 * 7 * i, 2), end = codes.AsSpan(2 * (((7 * i) + 20 + (24 * i)) % 400), 2);
            Geodesic geodesic = new GeodesicSolver(metric, options, graph).Connect(start, end).EnsureConverged();
            Assert.InRange(geodesic.Length, 0, geodesic.StraightLength * (1 + options.RelativeTolerance));
            // No eigenvalue grows.
            Assert.InRange(geodesic.Length, 0, new GeodesicSolver(plain, options, graph).Connect(start, end).EnsureConverged().Length * (1 + options.RelativeTolerance));
        }
    }

    [Fact]
    public void Where_the_decoder_is_flat_beyond_its_data_there_is_no_shortest_curve_and_the_status_says_so()
    {
        // Far away the cubes of the eigenvalues vanish: the further the way round, the shorter.
        ConnectCase c = GeodesicOracle.Load.Decoder[1];
        Geodesic geodesic = new GeodesicSolver(new SmoothedMetric(Plain, 1)).Connect(c.Start, c.End);
        Assert.False(geodesic.Converged);
        Assert.False(double.IsNaN(geodesic.Length + geodesic.Measure.Residual));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_lambda_out_of_range_is_refused(double lambda) => Assert.Throws<ArgumentOutOfRangeException>(() => new SmoothedMetric(Plain, lambda));

    /// <summary>Of a linear map with these singular values, turned by 0.4.</summary>
    private static PullbackMetric Turned(double first, double second) =>
        new(new Linear([first * Math.Cos(0.4), first * Math.Sin(0.4), -second * Math.Sin(0.4), second * Math.Cos(0.4)]));

    private static double MedianSquaredEigenvalue(IRiemannianMetric metric, double[] codes)
    {
        double[] squares = [.. codes.Chunk(2).SelectMany(z => Eigenvalues(metric.Evaluate(z))).Select(s => s * s).Order()];
        return squares[squares.Length / 2];
    }

    private static double[] Eigenvalues(double[] g)
    {
        double mean = (g[0] + g[3]) / 2, half = Math.Sqrt(Math.Max(0, (mean * mean) - ((g[0] * g[3]) - (g[1] * g[2]))));
        return [mean - half, mean + half];
    }
}
