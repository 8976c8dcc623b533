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
        double logRatio = squaredError ? 0 : 0.5 * N * Math.Log(1 / (2 * Exact.Variance));
        for (int r = 0; r < Exact.LogPlane.Length; r++)
        {
            ReadOnlySpan<float> mean = scorer.Mean.Slice(r * N, N), logVariance = scorer.LogVariance.Slice(r * N, N);
            double fromPosterior = IsometricDensity.FromPosterior(mean, logVariance, model.KlWeight), fromLoss = IsometricDensity.FromLoss(scorer.Loss[r], N, model.KlWeight);
            Assert.Equal(Exact.LogPlane[r], IsometricDensity.ToInputDensity(fromPosterior, scorer.LogVolumeRatio[r]), TheoryError);
            Assert.Equal(Exact.LogPlane[r], IsometricDensity.ToInputDensity(fromLoss, scorer.ScaledLogVolumeRatio[r]), TheoryError);
            double logVolume = 0.5 * new PullbackMetric(model.CreateDecoderImmersion()).LogDeterminant([mean[0], mean[1]]);
            Assert.Equal(Exact.LogPlane[r], IsometricDensity.PriorAtMean(mean) - logVolume, TheoryError);
            Assert.Equal(logRatio, scorer.LogVolumeRatio[r], 1e-12);
        }
    }

    /// <summary>A latent that the decoder ignores is no dimension of the data: neither loss nor density may notice it.</summary>
    [Fact]
    public void A_collapsed_latent_leaves_the_density_as_it_was()
    {
        var vae = Exact.WithCollapsedLatent();
        var rows = new MatrixRows(Exact.Rows, LinearGaussian.Features);
        var detector = AnomalyModel.Calibrate(new VaeFit(vae, null!, rows, null!), LossEstimator.Analytic, 0.5);
        Assert.Equal([2], detector.Importance.Collapsed);
        var scorer = Exact.Score(detector.Vae, LossEstimator.Analytic);
        for (int r = 0; r < Exact.LogPlane.Length; r++) Assert.Equal(Exact.LogPlane[r], detector.LogDensityOf(scorer.Loss[r], scorer.LogVolumeRatio[r]), TheoryError);
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

    /// <summary>x = w z + noise of variances s², whatever the scaling: log p at w z is log N(z) − log |w|, per unit length of the raw features.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Unequal_variances_meet_the_exact_density_per_unit_volume(bool isScaled)
    {
        var model = UnequalVariances(isScaled);
        var scorer = new VaeScorer(model, 1, LossEstimator.Analytic);
        foreach (float z in new[] { 0f, 0.7f, -1.5f })
        {
            float[] row = [0.8f * z, 0.6f * z];
            model.Scaling.Undo(row);
            scorer.Score(row, 1, VaeOutputs.Loss | VaeOutputs.Volume);
            double logPrior = -0.5 * (Math.Log(2 * Math.PI) + (z * z)), fromLoss = IsometricDensity.FromLoss(scorer.Loss[0], 1, 1);
            double rawLength = Math.Sqrt(Square(0.8 / model.Scaling.Factors[0]) + Square(0.6 / model.Scaling.Factors[1]));
            Assert.Equal(logPrior, IsometricDensity.ToInputDensity(fromLoss, scorer.ScaledLogVolumeRatio[0]), TheoryError);
            Assert.Equal(logPrior - Math.Log(rawLength), IsometricDensity.ToInputDensity(fromLoss, scorer.LogVolumeRatio[0]), TheoryError);
        }
    }

    /// <summary>J = W: det JᵀG J and det JᵀJ of two columns by the product of W's singular values in each metric, from double-precision tangents.</summary>
    [Fact]
    public void Curved_decoders_have_the_ratio_of_their_exact_jacobians()
    {
        var scaling = new FeatureScaling([0.1f, -3, 0, 7, 1], [2f, 0.5f, 1, 3, 0.1f]);
        var model = TestModels.Model(TestModels.Architecture(5, 3, GaussianLikelihood.LearnedVariance, Activation.Tanh), 4, scaling: scaling).WithActiveLatents([0, 2]);
        float[] rows = TestModels.Normals(20 * 5, 9);
        var scorer = new VaeScorer(model, 20, LossEstimator.Analytic);
        scorer.Score(rows, 20, VaeOutputs.Volume);
        for (int r = 0; r < 20; r++)
        {
            double[] jacobian = new double[5 * 3], metric = [.. model.LikelihoodParameters.ToArray().Select(v => 0.5 * Math.Exp(-v))];
            model.CreateDecoderImmersion().Jacobian([.. scorer.Mean.Slice(r * 3, 3).ToArray().Select(z => (double)z)], jacobian);
            double inMetric = Determinant(jacobian, i => metric[i]), inScaled = Determinant(jacobian, _ => 1), inRaw = Determinant(jacobian, i => 1 / Square(scaling.Factors[i]));
            Assert.Equal(0.5 * Math.Log(inMetric / inScaled), scorer.ScaledLogVolumeRatio[r], SingleError);
            Assert.Equal(0.5 * Math.Log(inMetric / inRaw), scorer.LogVolumeRatio[r], SingleError);
        }
    }

    [Fact]
    public void A_latent_without_effect_has_no_density_unless_it_is_collapsed()
    {
        var model = TestModels.Model(TestModels.Architecture(3, 2, GaussianLikelihood.LearnedVariance, Activation.Tanh, [4], []));
        float[] values = model.Parameters.Values.ToArray();
        for (int i = 0; i < 3; i++) values[model.Parameters.Layout.Decoder[0].Weight.Offset + (2 * i) + 1] = 0;
        var deaf = new VaeModel(model.Architecture, new VaeParameters(model.Parameters.Layout, values), 1);
        Assert.Equal(double.NaN, Ratio(deaf));
        Assert.True(double.IsFinite(Ratio(deaf.WithActiveLatents([0]))));

        static double Ratio(VaeModel model)
        {
            var scorer = new VaeScorer(model, 1, LossEstimator.Analytic);
            scorer.Score([0.3f, -1, 2], 1, VaeOutputs.Volume);
            Assert.Equal(double.IsNaN(scorer.LogVolumeRatio[0]), double.IsNaN(scorer.ScaledLogVolumeRatio[0]));
            return scorer.LogVolumeRatio[0];
        }
    }

    // One latent, decoder (.8, .6), variances (.05², .5²), encoder the exact posterior.
    private static VaeModel UnequalVariances(bool isScaled)
    {
        var architecture = TestModels.Architecture(2, 1, GaussianLikelihood.LearnedVariance, Activation.Linear, [], []);
        var layout = new ParameterLayout(architecture);
        var values = new float[layout.Length];
        double[] w = [0.8, 0.6], variance = [0.05 * 0.05, 0.5 * 0.5];
        double posterior = 1 / (1 + (w[0] * w[0] / variance[0]) + (w[1] * w[1] / variance[1]));
        for (int i = 0; i < 2; i++)
        {
            values[layout.Encoder[0].Weight.Offset + i] = (float)(posterior * w[i] / variance[i]);
            values[layout.Decoder[0].Weight.Offset + i] = (float)w[i];
            values[layout.Likelihood.Offset + i] = (float)Math.Log(variance[i]);
        }
        values[layout.Encoder[0].Bias.Offset + 1] = (float)Math.Log(posterior);
        return new VaeModel(architecture, new VaeParameters(layout, values), 1, isScaled ? new FeatureScaling([3, -1], [0.01f, 20]) : null);
    }

    private static double Square(double v) => v * v;

    // det of the Gram matrix of the columns 0 and 2 of a [5, 3] matrix.
    private static double Determinant(double[] jacobian, Func<int, double> g)
    {
        double a = 0, b = 0, c = 0;
        for (int i = 0; i < 5; i++)
        {
            double u = jacobian[3 * i], v = jacobian[(3 * i) + 2];
            (a, b, c) = (a + (g(i) * u * u), b + (g(i) * u * v), c + (g(i) * v * v));
        }
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
