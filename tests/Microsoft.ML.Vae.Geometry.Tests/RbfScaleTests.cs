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
        double[] residuals = [.. Enumerable.Range(0, 1200).Select(i =>
            (i % 2 == 0 ? 0.04 : 0.25) * -2 * Math.Log(random.NextDouble()) * Math.Pow(Math.Cos(2 * Math.PI * random.NextDouble()), 2))];
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
    public void Widths_are_the_factor_times_the_mean_distance_of_a_clusters_codes()
    {
        // One cluster of codes at distances 1 and 3 from (0, 0): g = ½ (a · 2)⁻² = ½ at a = ½, and all of the precision in one function.
        double[] codes = [1, 0, -1, 0, 0, 3, 0, -3];
        RbfScale scale = RbfScaleFit.Of(codes, [1, 1, 1, 1], 2, new RbfScaleOptions { Centres = 1, WidthFactor = 0.5, FarScale = 1e6 });
        double Precision(double x)
        {
            var sigma = new double[1];
            scale.Evaluate([x, 0], sigma);
            return 1 / (sigma[0] * sigma[0]);
        }
        Close.Relative(Math.Exp(-0.5), Precision(1) / Precision(0), 1e-6);
    }

    [Fact]
    public void A_shared_scale_is_isometric_to_equal_ones_of_every_output()
    {
        double[] codes = [.. Enumerable.Range(0, 60).SelectMany(i => new[] { Math.Sin(i), Math.Cos(2.1 * i) })];
        double[] residuals = [.. Enumerable.Range(0, 60).SelectMany(i => Enumerable.Repeat(0.1 + (0.05 * Math.Sin(3.0 * i)), 4))];
        var options = new RbfScaleOptions { Centres = 8, FarScale = 20 };
        RbfScale each = RbfScaleFit.Of(codes, residuals, 2, options), shared = RbfScaleFit.Of(codes, residuals, 2, options with { Shared = true });
        Assert.Equal((4, 1), (each.AmbientDimension, shared.AmbientDimension));
        foreach (double[] z in codes.Chunk(2).Take(5)) Close.All(new PullbackMetric(each).Evaluate(z), new PullbackMetric(shared).Evaluate(z), 1e-9);
    }

    [Fact]
    public void A_noisy_decoder_is_its_mean_stacked_on_the_scale_of_its_residuals()
    {
        var mean = TanhNetwork.Random(2, 1, 2, 10, 3);
        var random = new Random(5);
        double[] codes = [.. Enumerable.Range(0, 200).Select(_ => (2 * random.NextDouble()) - 1)], targets = new double[300], squared = new double[300];
        for (int i = 0; i < 100; i++)
        {
            mean.Evaluate(codes.AsSpan(2 * i, 2), targets.AsSpan(3 * i, 3));
            for (int j = 3 * i; j < 3 * (i + 1); j++)
            {
                double noise = 0.2 * (random.NextDouble() - 0.5);
                (targets[j], squared[j]) = (targets[j] + noise, noise * noise);
            }
        }
        var options = new RbfScaleOptions { Centres = 10, FarScale = 30 };
        StackedImmersion noisy = NoisyDecoder.Fit(mean, codes, targets, options), byHand = new(mean, RbfScaleFit.Of(codes, squared, 2, options));
        Assert.Equal(6, noisy.AmbientDimension);
        Close.All(new PullbackMetric(byHand).Evaluate([0.3, -0.2]), new PullbackMetric(noisy).Evaluate([0.3, -0.2]), 1e-9);
        Assert.Throws<ArgumentException>(() => NoisyDecoder.Fit(mean, codes, targets.AsSpan(1), options));
    }

    /// <summary>The data's own distances are the measure: on a ring of codes, how far a geodesic's points are from the nearest one.</summary>
    [Fact]
    public void Geodesics_with_a_factor_around_the_codes_stay_on_them_where_those_of_the_noisy_decoder_cut_corners()
    {
        (PullbackMetric stacked, double[] codes, TanhNetwork mean) = RingDecoder();
        double Away(GeodesicSolver solver)
        {
            Geodesic geodesic = solver.Connect([1, 0], [-0.9, Math.Sqrt(0.19)]).EnsureConverged();
            return new ArcLength(solver.Metric, geodesic.Curve).Points(41).Chunk(2).Average(z => codes.Chunk(2).Min(c => double.Hypot(z[0] - c[0], z[1] - c[1])));
        }
        double apart = 2 * Math.Sin(Math.PI / 400);
        Assert.InRange(Away(CodeGeodesics.Solver(mean, codes)), 0, 1.5 * apart);
        Assert.True(Away(CodeGeodesics.Solver(stacked, codes)) > 3 * apart);
    }

    [Fact]
    public void Geodesics_along_codes_need_some()
    {
        (PullbackMetric stacked, double[] codes, TanhNetwork mean) = RingDecoder();
        Assert.Throws<ArgumentException>(() => CodeGeodesics.Solver(mean, codes.AsSpan(0, 5)));
        Assert.Throws<ArgumentException>(() => CodeGeodesics.Solver(mean, codes.AsSpan(0, 4)));
        Assert.Throws<ArgumentException>(() => CodeGeodesics.Solver(stacked, codes.AsSpan(0, 4)));
        Assert.True(CodeGeodesics.Solver(stacked, codes.AsSpan(0, 8)).Connect(codes.AsSpan(0, 2), codes.AsSpan(2, 2)).Length > 0);
    }

    [Fact]
    public void Around_codes_that_coincide_the_factor_is_a_number()
    {
        RbfScale factor = RbfScaleFit.Around(new double[40], 2);
        double[] there = [0], away = [0];
        factor.Evaluate([0, 0], there);
        factor.Evaluate([1, 1], away);
        Assert.True(double.IsFinite(there[0]) && there[0] < away[0], $"{there[0]}, {away[0]}");
    }

    [Fact]
    public void Around_codes_the_factor_is_one_and_far_away_what_was_asked_for()
    {
        (_, double[] codes, _) = RingDecoder();
        RbfScale factor = RbfScaleFit.Around(codes, 2, new RbfScaleOptions { Centres = 60, WidthFactor = 3, FarScale = 20 });
        var value = new double[1];
        foreach (double[] code in codes.Chunk(2))
        {
            factor.Evaluate(code, value);
            Assert.Equal(1, value[0], 0.02);
        }
        factor.Evaluate([5, 5], value);
        Close.Relative(20, value[0], 1e-9);
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
