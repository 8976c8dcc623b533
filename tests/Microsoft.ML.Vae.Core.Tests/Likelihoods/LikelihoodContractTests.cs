using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Likelihoods;

/// <summary>What <see cref="Likelihood"/> promises, of every one in the library: its own functions against each other, without an engine.</summary>
public sealed class LikelihoodContractTests
{
    // Differences of fourth order over this step leave 1e-9 of the largest; gradients are stored in single precision.
    private const float Step = 1f / 512;
    private const double GradientTolerance = 2e-6;

    // A mean rounded to single precision: its square, and the rounding of terms near one.
    private const double AtMean = 1e-12;

    // The mean of both sides leaves the fourth order of the move.
    private const double SecondOrder = 1e-3;

    private static readonly string[] All = [.. Parts.Likelihoods.Keys, .. Parts.Blockwise, "1-SSIM"];

    public static TheoryData<string> Names => [.. All];

    [Theory, MemberData(nameof(Names))]
    public void Distortion_is_never_negative_and_zero_at_the_mean(string name)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var row = new LikelihoodRow(name, seed);
            Assert.All(row.Distortion(row.X, row.Output), d => Assert.True(d >= 0, $"{d}"));
            double[] atMean = row.Distortion([.. row.Mean(row.Output).Select(v => (float)v)], row.Output);
            Assert.All(atMean, d => Assert.InRange(d, 0, AtMean));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Gradients_equal_central_differences(string name)
    {
        for (int seed = 0; seed < 3; seed++)
        {
            var row = new LikelihoodRow(name, seed);
            var (byOutput, byTarget) = (new float[row.Output.Length], new float[row.X.Length]);
            row.Likelihood.OutputGradient(row.X, row.Output, row.Own, row.Weights, byOutput);
            AssertNear(Slopes(row.Output, output => row.Weighted(row.X, output, row.Own)), [.. byOutput.Select(g => (double)g)]);
            row.Likelihood.TargetGradient(row.X, row.Output, row.Own, row.Weights, byTarget);
            AssertNear(Slopes(row.X, x => row.Weighted(x, row.Output, row.Own)), [.. byTarget.Select(g => (double)g)]);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Gradients_of_own_parameters_are_added_and_equal_central_differences(string name)
    {
        var row = new LikelihoodRow(name, 5);
        double[] distortion = [.. row.Own.Select(_ => 1.0)], mode = [.. distortion];
        row.Likelihood.AddParameterGradient(row.X, row.Output, row.Own, row.Weights, distortion);
        AssertNear([.. Slopes(row.Own, own => row.Weighted(row.X, row.Output, own)).Select(g => g + 1)], distortion);
        row.Likelihood.AddModeGradient(row.X, row.Own, row.Weights, mode);
        AssertNear([.. Slopes(row.Own, own => -row.WeightedMode(row.X, own)).Select(g => g + 1)], mode);
        Assert.Equal(row.Likelihood.ParameterCount(row.X.Length), row.Own.Length);
    }

    [Theory, MemberData(nameof(Names))]
    public void The_metric_is_the_second_order_form_of_the_distortion(string name)
    {
        for (int seed = 0; seed < 3; seed++)
        {
            var row = new LikelihoodRow(name, seed);
            float[] x = [.. row.Mean(row.Output).Select(v => (float)v)], direction = TestModels.Normals(row.Output.Length, 77 + seed);
            double distortion = 0, form = 0;
            foreach (float h in new[] { -Step, Step })
            {
                float[] moved = [.. row.Output.Zip(direction, (o, d) => o + (h * d))];
                double[] delta = [.. row.Mean(moved).Zip(x, (to, from) => to - from)];
                distortion += row.Distortion(x, moved).Sum();
                form += Dot(delta, Metric(row, x, delta));
            }
            Assert.InRange(distortion, form * (1 - SecondOrder), form * (1 + SecondOrder));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void The_metric_is_symmetric_and_positive_and_a_multiple_of_the_identity_where_it_says_so(string name)
    {
        var row = new LikelihoodRow(name, 6);
        float[] x = [.. row.Mean(row.Output).Select(v => (float)v)];
        double[] u = [.. TestModels.Normals(x.Length, 1).Select(v => (double)v)], v = [.. TestModels.Normals(x.Length, 2).Select(w => (double)w)];
        double[] gu = Metric(row, x, u), gv = Metric(row, x, v);
        double size = Math.Sqrt(Dot(u, gu) * Dot(v, gv));
        Assert.True(size > 0);
        Assert.Equal(0, Dot(u, gv) - Dot(v, gu), 1e-12 * size);
        if (row.Likelihood.MetricScale(x) is not { } scale) return;
        for (int i = 0; i < x.Length; i++) Assert.Equal(scale * u[i], row.Likelihood.RowWeight(x) * gu[i], 1e-12 * scale * Math.Abs(u[i]));
    }

    [Theory, MemberData(nameof(Names))]
    public unsafe void A_missing_feature_adds_exactly_nothing(string name)
    {
        var row = new LikelihoodRow(name, 8);
        if (!row.Likelihood.IsSeparable) return; // then no feature may be missing
        int m = row.X.Length;
        float[] observed = [0, 0, 1, 1, 1], garbage = [12, 0.5f, .. row.X[2..]]; // categories: the first block
        double[] first = Losses(row.X), mode = new double[m], distortion = row.Distortion(row.X, row.Output);
        Assert.Equal(first, Losses(garbage));
        Assert.All(first[2..4], d => Assert.Equal(0.0, d));
        row.Likelihood.LogLikelihoodAtMode(row.X, row.Own, mode);
        Assert.Equal(mode[2..].Sum() - distortion[2..].Sum(), first[1] - first[0], 1e-5 * (1 + distortion.Sum()));

        // Distortion, mode, ∂/∂output, ∂/∂parameters.
        double[] Losses(float[] x)
        {
            var loss = RowLoss.Create(row.Likelihood, m, 1);
            loss.Prepare(row.Own);
            AlignedBuffer target = Padded(x), mask = Padded(observed), output = Padded(row.Output), delta = Padded([]), gradient = Padded([]);
            double distortion = loss.Distortion(target.Pointer, mask.Pointer, output.Pointer, delta.Pointer, 1, 0), mode = loss.LogLikelihoodAtMode(target.Pointer, mask.Pointer, 0);
            loss.BeginGradient(gradient);
            loss.AddModeGradient(target.Pointer, mask.Pointer, 1, gradient);
            loss.AddGradient(target.Pointer, mask.Pointer, output.Pointer, 1, gradient);
            loss.FinishGradient(gradient);
            Assert.Equal([0f, 0f], gradient.Span[..2].ToArray());
            return [distortion, mode, .. delta.Span[..m].ToArray(), .. gradient.Span[..row.Own.Length].ToArray()];
        }
    }

    [Theory, MemberData(nameof(Names))]
    public unsafe void An_output_that_is_no_number_costs_no_finite_loss(string name)
    {
        var row = new LikelihoodRow(name, 9);
        var loss = RowLoss.Create(row.Likelihood, row.X.Length, 1);
        loss.Prepare(row.Own);
        foreach (float bad in new[] { float.NaN, -float.NaN })
        {
            float[] output = [.. row.Output];
            output[1] = bad;
            AlignedBuffer x = Padded(row.X), o = Padded(output), delta = Padded(new float[output.Length]), sums = Padded(new float[output.Length]);
            Assert.False(double.IsFinite(loss.Distortion(x.Pointer, null, o.Pointer, delta.Pointer, 1, 0)));
            loss.AddTerms(x.Pointer, o.Pointer, sums.Pointer, 0);
            Assert.False(float.IsFinite(sums.Span[1]));
        }
    }

    [Theory]
    [InlineData("bernoulli", "'b'", "[0, 1]")]
    [InlineData("categorical", "'b'", "[0, 1]")]
    [InlineData("poisson", "'b'", "counts")]
    [InlineData("poisson", "'c'", "fractions")]
    public void Values_that_it_cannot_model_are_refused_with_the_features_name(string name, string feature, string reason)
    {
        var likelihood = name == "poisson" ? new PoissonLikelihood() : Parts.Likelihood(name, 5);
        var options = new VaeFitOptions { LatentDimension = 1, HiddenWidths = [2], Likelihood = likelihood, Scaling = ScalingKind.None, Training = Toy.Options };
        float[] row = feature == "'b'" ? [1, -2, 1, 1, 0] : [1, 1, 0.5f, 1, 0];
        float[] rows = [.. Enumerable.Repeat(row, 20).SelectMany(r => r)];
        string message = Assert.Throws<InvalidOperationException>(() => VaeFit.Run(new MatrixRows(rows, 5), options, ["a", "b", "c", "d", "e"])).Message;
        Assert.Contains(feature, message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Contains(likelihood.Name, message, StringComparison.Ordinal);
    }

    private static double[] Metric(LikelihoodRow row, float[] x, double[] v)
    {
        var product = new double[x.Length];
        row.Likelihood.Metric([.. x.Select(a => (double)a)], row.Own, v, product);
        return product;
    }

    // (8 (f(h) − f(−h)) − (f(2h) − f(−2h)))/12h; all places are exact in single precision.
    private static double[] Slopes(float[] at, Func<float[], double> f)
    {
        return [.. Enumerable.Range(0, at.Length).Select(i => ((8 * (Moved(i, Step) - Moved(i, -Step))) - (Moved(i, 2 * Step) - Moved(i, -2 * Step))) / (12 * Step))];

        double Moved(int i, float by)
        {
            float[] moved = [.. at];
            moved[i] += by;
            return f(moved);
        }
    }

    private static void AssertNear(double[] expected, double[] actual)
    {
        double tolerance = GradientTolerance * (1 + expected.Select(Math.Abs).DefaultIfEmpty().Max());
        for (int i = 0; i < expected.Length; i++) Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"[{i}]: differences {expected[i]}, gradient {actual[i]}");
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static AlignedBuffer Padded(float[] values)
    {
        var buffer = new AlignedBuffer(AlignedBuffer.Padded(Math.Max(values.Length, 16)));
        values.CopyTo(buffer.Span);
        return buffer;
    }
}
