using Microsoft.ML.Vae.Geometry.Tests.Support;

namespace Microsoft.ML.Vae.Geometry.Tests;

public class PullbackMetricTests
{
    private const double RoundOff = 1e-12;

    // Central differences of the metric: truncation and cancellation both near ε^⅔.
    private const double DifferenceError = 1e-7;

    [Fact]
    public void Is_the_gram_matrix_of_the_jacobian_with_the_ambient_weight()
    {
        var f = TanhNetwork.Random(1, 1.5, 3, 7, 5);
        double[] z = [0.3, -0.8, 0.1], weight = [1, 2, 0.5, 3, 0.1], metric = new double[9], jacobian = new double[15];
        f.Jacobian(z, jacobian);
        new PullbackMetric(f).Evaluate(z, weight, metric);
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                double expected = Enumerable.Range(0, 5).Sum(r => weight[r] * jacobian[(r * 3) + i] * jacobian[(r * 3) + j]);
                Assert.Equal(expected, metric[(i * 3) + j], RoundOff);
            }
        }
    }

    [Fact]
    public void Log_determinants_differ_by_a_constant_weights_logarithm()
    {
        var f = TanhNetwork.Random(2, 1.5, 2, 9, 6);
        var metric = new PullbackMetric(f);
        var weighted = new WeightedPullbackMetric(f, (_, weight) => weight.Fill(4));
        double[] z = [0.4, 0.2];
        Assert.Equal(metric.LogDeterminant(z) + (2 * Math.Log(4)), weighted.LogDeterminant(z), RoundOff);
        Assert.Equal(Math.Exp(0.5 * metric.LogDeterminant(z)), metric.MagnificationFactor(z), RoundOff);
    }

    [Fact]
    public void A_constant_map_has_no_volume_and_no_christoffel_symbols()
    {
        var metric = new PullbackMetric(TanhNetwork.Random(2, 0, 2, 4, 3));
        Assert.Equal(double.NegativeInfinity, metric.LogDeterminant([0, 0]));
        Assert.Equal(0, metric.MagnificationFactor([0, 0]));
        Assert.False(metric.TryChristoffel([0, 0], [1, 0], [1, 0], new double[2]));
    }

    [Fact]
    public void Stacking_adds_the_metrics()
    {
        TanhNetwork mean = TanhNetwork.Random(3, 1.2, 2, 8, 5), scale = TanhNetwork.Random(4, 1.2, 2, 8, 3);
        double[] z = [0.1, -0.4];
        double[] sum = new PullbackMetric(new StackedImmersion(mean, scale)).Evaluate(z);
        double[] first = new PullbackMetric(mean).Evaluate(z), second = new PullbackMetric(scale).Evaluate(z);
        for (int i = 0; i < 4; i++) Assert.Equal(first[i] + second[i], sum[i], RoundOff);
    }

    [Fact]
    public void Many_points_at_once_equal_one_after_another()
    {
        var f = new StackedImmersion(TanhNetwork.Random(6, 1.2, 2, 8, 5), new FirstOrderOnly(TanhNetwork.Random(7, 1.2, 2, 8, 3)));
        int d = f.LatentDimension, D = f.AmbientDimension, n = 5;
        double[] z = [.. Enumerable.Range(0, n * d).Select(i => Math.Sin(i))], w = [.. Enumerable.Range(0, n * D).Select(i => Math.Cos(i))];
        double[] points = new double[n * D], jacobians = new double[n * D * d], hessians = new double[n * d * d];
        double[] onlyJacobians = new double[n * D * d];
        f.EvaluateAll(z, points);
        f.JacobianAll(z, onlyJacobians);
        f.JacobianAndHessianAll(z, w, jacobians, hessians);
        Assert.Equal(jacobians, onlyJacobians);
        double[] point = new double[D], jacobian = new double[D * d], hessian = new double[d * d];
        for (int p = 0; p < n; p++)
        {
            f.Evaluate(z.AsSpan(p * d, d), point);
            f.JacobianAndHessian(z.AsSpan(p * d, d), w.AsSpan(p * D, D), jacobian, hessian);
            Assert.Equal(point, points[(p * D)..((p + 1) * D)]);
            Assert.Equal(jacobian, jacobians[(p * D * d)..((p + 1) * D * d)]);
            Assert.Equal(hessian, hessians[(p * d * d)..((p + 1) * d * d)]);
        }
    }

    [Fact]
    public void Exact_and_difference_second_derivatives_agree()
    {
        IImmersion f = TanhNetwork.Random(5, 1.5, 3, 10, 6), plain = new FirstOrderOnly(f);
        double[] z = [0.2, 0.5, -0.3], u = [1, -2, 0.5], v = [0.3, 0.1, 1], w = [1, -1, 2, 0.5, 0, 3];
        double[] exact = new double[6], differences = new double[6], hessian = new double[9], differenceHessian = new double[9];
        Polarisation.Mixed(f, z, u, v, exact);
        Polarisation.Mixed(plain, z, u, v, differences);
        f.WeightedHessian(z, w, hessian);
        plain.WeightedHessian(z, w, differenceHessian);
        for (int i = 0; i < 6; i++) Assert.Equal(exact[i], differences[i], DifferenceError);
        for (int i = 0; i < 9; i++) Assert.Equal(hessian[i], differenceHessian[i], DifferenceError);
    }
}
