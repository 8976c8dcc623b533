using Microsoft.ML.Vae.Core.Tests.Support;
using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Core.Tests.Isometry;

/// <summary>Densities against exact ones: a linear-Gaussian model, where the theory holds up to the ratio s²/w².</summary>
public class IsometricDensityTests
{
    // s²/w² of the weaker latent is 6e-4; the theory neglects this order. The rest is single precision.
    private const double TheoryError = 5e-3, SingleError = 2e-3;

    private const int N = LinearGaussian.Latents;

    private static readonly LinearGaussian Exact = new();

    /// <summary>The analytic loss of a linear decoder is exact, also off the plane: −L − (m/2) log 2πs² is SciPy's log N(x; 0, WWᵀ + s²I).</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Loss_of_the_exact_posterior_is_the_marginal_density(bool squaredError)
    {
        var model = Exact.Model(squaredError);
        var scorer = Exact.Score(model, LossEstimator.Analytic);
        for (int r = 0; r < Exact.LogMarginal.Length; r++)
        {
            double logDensity = (-scorer.Loss[r] / model.KlWeight) - (0.5 * LinearGaussian.Features * Math.Log(2 * Math.PI * Exact.Variance));
            Assert.Equal(Exact.LogMarginal[r], logDensity, SingleError);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_estimator_meets_the_exact_density_on_the_plane_with_its_absolute_constant(bool squaredError)
    {
        var model = Exact.Model(squaredError);
        var scorer = Exact.Score(model, LossEstimator.Analytic);
        double metricWeight = squaredError ? 1 : 1 / (2 * Exact.Variance);
        for (int r = 0; r < Exact.LogPlane.Length; r++)
        {
            ReadOnlySpan<float> mean = scorer.Mean.Slice(r * N, N), logVariance = scorer.LogVariance.Slice(r * N, N);
            double fromPosterior = IsometricDensity.FromPosterior(mean, logVariance, model.KlWeight), fromLoss = IsometricDensity.FromLoss(scorer.Loss[r], N, model.KlWeight);
            Assert.Equal(Exact.LogPlane[r], IsometricDensity.ToInputDensity(fromPosterior, metricWeight, N), TheoryError);
            Assert.Equal(Exact.LogPlane[r], IsometricDensity.ToInputDensity(fromLoss, metricWeight, N), TheoryError);
            double logVolume = 0.5 * new PullbackMetric(model.CreateDecoderImmersion()).LogDeterminant([mean[0], mean[1]], default);
            Assert.Equal(Exact.LogPlane[r], IsometricDensity.PriorAtMean(mean) - logVolume, TheoryError);
            Assert.Equal(metricWeight, scorer.MetricScale(r), 1e-12 * metricWeight);
        }
    }

    /// <summary>A latent that the decoder ignores is no dimension of the data: neither loss nor density may notice it.</summary>
    [Fact]
    public void A_collapsed_latent_leaves_the_density_as_it_was()
    {
        var vae = Exact.WithCollapsedLatent();
        var rows = new MatrixRows(Exact.Rows, LinearGaussian.Features);
        var detector = AnomalyModel.Calibrate(new VaeFit(vae, null!, rows), LossEstimator.Analytic, 0.5);
        Assert.Equal([2], detector.Importance.Collapsed);
        var scorer = Exact.Score(vae, LossEstimator.Analytic);
        for (int r = 0; r < Exact.LogPlane.Length; r++) Assert.Equal(Exact.LogPlane[r], detector.LogDensityOf(scorer.Loss[r], scorer.MetricScale(r)), TheoryError);
    }

    [Fact]
    public void Off_the_plane_only_the_loss_sees_the_distance()
    {
        var model = Exact.Model();
        var scorer = new VaeScorer(model, 2, LossEstimator.Analytic);
        float[] on = Exact.Rows[..5], normal = Normal(Exact.W), off = [.. on.Select((x, i) => x + (0.1f * normal[i]))];
        scorer.Score([.. on, .. off], 2, VaeOutputs.Loss);
        Assert.Equal(
            IsometricDensity.FromPosterior(scorer.Mean[..N], scorer.LogVariance[..N], 1),
            IsometricDensity.FromPosterior(scorer.Mean.Slice(N, N), scorer.LogVariance.Slice(N, N), 1), SingleError);
        Assert.Equal(0.01 / (2 * Exact.Variance), scorer.Loss[1] - scorer.Loss[0], 0.05);
    }

    [Fact]
    public void The_general_metric_form_equals_the_scalar_one_where_the_metric_is_scalar()
    {
        const double Weight = 7.5;
        var metric = new PullbackMetric(TestModels.Model(Toy.Architecture()).CreateDecoderImmersion());
        double[] diagonal = [.. Enumerable.Repeat(Weight, Toy.Features)];
        Assert.Equal(IsometricDensity.ToInputDensity(-3, Weight, 2), IsometricDensity.ToInputDensity(-3, metric, [0.3, -0.2], diagonal), 1e-10);
    }

    /// <summary>J = W: det JᵀG J and det JᵀJ of two columns, written out.</summary>
    [Fact]
    public void The_general_metric_form_is_the_ratio_of_the_determinants()
    {
        double[] g = [1, 2, 3, 4, 5], ones = [1, 1, 1, 1, 1];
        double expected = 0.5 * Math.Log(Determinant(Exact.W, g) / Determinant(Exact.W, ones));
        Assert.Equal(expected, IsometricDensity.ToInputDensity(0, new PullbackMetric(Exact.Model().CreateDecoderImmersion()), [0, 0], g), 1e-10);
    }

    [Fact]
    public void A_latent_without_effect_has_no_density()
    {
        var architecture = TestModels.Architecture(3, 2, SquaredErrorLikelihood.Unweighted, Activation.Linear, [], []);
        var model = new VaeModel(architecture, new VaeParameters(new ParameterLayout(architecture), new float[new ParameterLayout(architecture).Length]), 1);
        Assert.Equal(double.NaN, IsometricDensity.ToInputDensity(0, new PullbackMetric(model.CreateDecoderImmersion()), [0, 0], [1, 2, 3]));
    }

    private static double Determinant(float[] w, double[] g)
    {
        double a = 0, b = 0, c = 0;
        for (int i = 0; i < g.Length; i++) (a, b, c) = (a + (g[i] * w[2 * i] * w[2 * i]), b + (g[i] * w[2 * i] * w[(2 * i) + 1]), c + (g[i] * w[(2 * i) + 1] * w[(2 * i) + 1]));
        return (a * c) - (b * b);
    }

    // A unit vector orthogonal to both columns of W.
    private static float[] Normal(float[] w)
    {
        double[] v = [1, 0, 0, 0, 0];
        for (int j = 0; j < N; j++)
        {
            double[] column = [.. Enumerable.Range(0, 5).Select(i => (double)w[(i * N) + j])];
            double share = v.Zip(column, (a, b) => a * b).Sum() / column.Sum(c => c * c);
            for (int i = 0; i < v.Length; i++) v[i] -= share * column[i];
        }
        double length = Math.Sqrt(v.Sum(a => a * a));
        return [.. v.Select(a => (float)(a / length))];
    }
}
