using Microsoft.ML.Vae.Geometry.Tests.Support;

namespace Microsoft.ML.Vae.Geometry.Tests;

public class RbfScaleTests
{
    private const double DifferenceError = 1e-6;

    [Fact]
    public void Derivatives_equal_central_differences()
    {
        var scale = new RbfScale([0, 0, 1, 0.5, -0.4, 0.8], [1, 2, 0.7], [1, 0.5, 2, 0.1, 3, 1], [0.01, 0.2]);
        IImmersion plain = new FirstOrderOnly(scale);
        double[] z = [0.3, -0.2], v = [0.7, 1.1], w = [1, -2], ahead = new double[2], behind = new double[2], jacobian = new double[4];
        scale.Jacobian(z, jacobian);
        const double Step = 1e-6;
        for (int j = 0; j < 2; j++)
        {
            scale.Evaluate([.. z.Select((x, k) => k == j ? x + Step : x)], ahead);
            scale.Evaluate([.. z.Select((x, k) => k == j ? x - Step : x)], behind);
            for (int i = 0; i < 2; i++) Assert.Equal((ahead[i] - behind[i]) / (2 * Step), jacobian[(2 * i) + j], DifferenceError);
        }
        double[] exact = new double[2], difference = new double[2], hessian = new double[4], differenceHessian = new double[4];
        scale.SecondDerivative(z, v, exact);
        plain.SecondDerivative(z, v, difference);
        Close.All(difference, exact, DifferenceError);
        scale.WeightedHessian(z, w, hessian);
        plain.WeightedHessian(z, w, differenceHessian);
        Close.All(differenceHessian, hessian, DifferenceError);
    }

    [Fact]
    public void Fitted_scale_finds_the_noise_near_data_and_grows_away_from_it()
    {
        // Residuals of variance 0.04 on the left and 0.25 on the right.
        var random = new Random(4);
        double[] codes = [.. Enumerable.Range(0, 1200).SelectMany(i => new[] { (i % 2 == 0 ? -2 : 2) + random.NextDouble() - 0.5, random.NextDouble() - 0.5 })];
        double[] residuals = [.. Enumerable.Range(0, 1200).Select(i => (i % 2 == 0 ? 0.04 : 0.25) * -2 * Math.Log(random.NextDouble()) * Math.Pow(Math.Cos(2 * Math.PI * random.NextDouble()), 2))];
        var scale = RbfScaleFit.Of(codes, residuals, 2, new RbfScaleOptions { Centres = 12 });
        double At(double x)
        {
            var sigma = new double[1];
            scale.Evaluate([x, 0], sigma);
            return sigma[0];
        }
        Assert.Equal(0.2, At(-2), 0.04);
        Assert.Equal(0.5, At(2), 0.1);
        Close.Relative(1000 * Math.Sqrt(residuals.Average()), At(30), 1e-6);
        Assert.True(At(0) > 5 * At(2));
    }

    [Fact]
    public void Geodesics_of_the_noisy_decoder_stay_near_the_data()
    {
        (PullbackMetric stacked, double[] codes, TanhNetwork mean) = RingDecoder();
        var graph = new GraphInitializer(stacked, KMeans.Fit(codes, 2, 40).Centres);
        double[] a = [1, 0], b = [-0.9, 0.43];
        Geodesic around = new GeodesicSolver(stacked, graph: graph).Connect(a, b);
        Geodesic through = new GeodesicSolver(new PullbackMetric(mean)).Connect(a, b);
        double Nearest(Geodesic g) => Enumerable.Range(0, 21).Min(i => Math.Sqrt(g.Curve.Evaluate(i / 20.0).Sum(x => x * x)));
        Assert.True(Nearest(around) > 0.55, $"came within {Nearest(around)} of the empty middle");
        Assert.True(Nearest(through) < 0.4);
    }

    [Fact]
    public void Shapes_are_checked()
    {
        Assert.Throws<ArgumentException>(() => new RbfScale([0, 0, 1], [1, 2], [1, 1], [1]));
        Assert.Throws<ArgumentException>(() => RbfScaleFit.Of([0, 0], [1, 2, 3, 4, 5], 3));
    }

    /// <summary>Codes on the unit circle, a smooth mean, and a standard deviation that grows away from the circle.</summary>
    internal static (PullbackMetric Stacked, double[] Codes, TanhNetwork Mean) RingDecoder()
    {
        double[] codes = [.. Enumerable.Range(0, 400).SelectMany(i => new[] { Math.Cos(i * Math.PI / 200), Math.Sin(i * Math.PI / 200) })];
        double[] residuals = [.. Enumerable.Repeat(0.05, 400)];
        var mean = TanhNetwork.Random(2, 1, 2, 10, 8);
        var scale = RbfScaleFit.Of(codes, residuals, 2, new RbfScaleOptions { Centres = 24, WidthFactor = 2.5, FarScale = 50 });
        return (new PullbackMetric(new StackedImmersion(mean, scale)), codes, mean);
    }
}
