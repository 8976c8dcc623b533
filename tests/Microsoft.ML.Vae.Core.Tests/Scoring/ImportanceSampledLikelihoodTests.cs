using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Scoring;

/// <summary>Importance-sampled log p(x) against exact marginals.</summary>
public class ImportanceSampledLikelihoodTests
{
    // Weights of a posterior 1.3 times too wide have a relative variance of 1.3²/1.6 − 1: twenty thousand draws leave .0017 nats, three deviations of which are .005.
    private const double Widening = 1.3, Nats = 5e-3;
    private const int Draws = 20_000;

    private static readonly LinearGaussian Exact = new();

    [Theory]
    [InlineData(1)]
    [InlineData(Widening)]
    public void It_is_the_exact_marginal_of_a_linear_Gaussian_model(double widening)
    {
        var likelihood = new ImportanceSampledLikelihood(Exact.Model(widening: widening), Draws);
        for (int r = 0; r < Exact.LogMarginal.Length; r++) Assert.Equal(Exact.LogMarginal[r], likelihood.LogLikelihood(Row(r)), Nats);
    }

    [Theory]
    [InlineData("student t", "standard normal")]
    [InlineData("bernoulli", "mixture")]
    [InlineData("learned variance", "vamp")]
    [InlineData("categorical", "mixture")]
    public void It_is_the_integral_over_one_latent(string name, string prior)
    {
        const int M = 4, Points = 4001;
        const double Reach = 12, Spacing = 2 * Reach / (Points - 1);
        var architecture = TestModels.Architecture(M, 1, Parts.Likelihood(name, M)) with { Prior = Parts.Priors[prior] };
        var model = TestModels.Model(architecture, seed: 6);
        float[] x = TestModels.Rows(architecture, 1, 9);
        var density = model.CreatePriorDensity();
        var decoder = new NetworkImmersion(model.Parameters.Layout.Decoder, model.Parameters.Values.ToArray());
        double[] output = new double[decoder.AmbientDimension], terms = new double[M];
        double integral = 0;
        for (int i = 0; i < Points; i++)
        {
            double z = (i * Spacing) - Reach;
            decoder.Evaluate([z], output);
            architecture.Likelihood.Distortion(x, Array.ConvertAll(output, v => (float)v), model.LikelihoodParameters, terms);
            integral += Spacing * Math.Exp(density.LogDensity([(float)z]) + architecture.Likelihood.LogLikelihoodAtMode(x, model.LikelihoodParameters) - terms.Sum());
        }
        Assert.Equal(Math.Log(integral), new ImportanceSampledLikelihood(model, Draws).LogLikelihood(x), Nats);
    }

    [Fact]
    public void Draws_tighten_it_and_beta_does_not_enter()
    {
        var wide = Exact.Model(widening: 4);
        double[] means = [.. new[] { 1, 10, 1000 }.Select(draws => Enumerable.Range(0, 200).Average(seed => new ImportanceSampledLikelihood(wide, draws, seed).LogLikelihood(Row(4))))];
        Assert.True(means[0] < means[1] && means[1] < means[2], string.Join(", ", means));
        Assert.InRange(means[2], Exact.LogMarginal[4] - 0.02, Exact.LogMarginal[4] + 0.02);
        var weighted = new VaeModel(wide.Architecture, wide.Parameters, klWeight: 7);
        Assert.Equal(new ImportanceSampledLikelihood(wide, 50).LogLikelihood(Row(0)), new ImportanceSampledLikelihood(weighted, 50).LogLikelihood(Row(0)));
    }

    [Fact]
    public void A_row_is_scaled_first_and_has_its_bits_alone()
    {
        var model = Exact.Model(widening: Widening);
        float[] offsets = [1, -2, 0, 3, 0.5f], factors = [2, 4, 0.5f, 8, 1];
        var scaled = new VaeModel(model.Architecture, model.Parameters, 1, new FeatureScaling(offsets, factors));
        float[] raw = Row(2);
        scaled.Scaling.Undo(raw);
        var likelihood = new ImportanceSampledLikelihood(scaled, 700, seed: 3);
        double first = likelihood.LogLikelihood(raw);
        Assert.Equal(new ImportanceSampledLikelihood(model, 700, seed: 3).LogLikelihood(Row(2)), first, 1e-2);
        likelihood.LogLikelihood(Row(5));
        Assert.Equal(first, likelihood.LogLikelihood(raw));
        Assert.NotEqual(first, new ImportanceSampledLikelihood(scaled, 700, seed: 4).LogLikelihood(raw));
    }

    [Fact]
    public void Beyond_the_unit_interval_a_row_is_charged_and_never_gains()
    {
        var model = TestModels.Model(TestModels.Architecture(3, 2, BernoulliLikelihood.Instance));
        var likelihood = new ImportanceSampledLikelihood(model, 200);
        double edge = likelihood.LogLikelihood([1, 0, 0.5f]), beyond = likelihood.LogLikelihood([1.3f, 0, 0.5f]), far = likelihood.LogLikelihood([50, -49, 0.5f]);
        Assert.Equal(0.3 * 0.3 / (2 * 0.03 * 0.03), edge - beyond, 1e-3);
        Assert.True(far < -1e6);
    }

    [Fact]
    public void What_is_no_row_is_refused_and_what_is_no_number_stays_none()
    {
        var likelihood = new ImportanceSampledLikelihood(Exact.Model(), 10);
        Assert.Throws<ArgumentException>(() => likelihood.LogLikelihood(new float[LinearGaussian.Features + 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImportanceSampledLikelihood(Exact.Model(), 0));
        foreach (float v in new[] { float.NaN, float.PositiveInfinity }) Assert.True(double.IsNaN(likelihood.LogLikelihood([0, 0, v, 0, 0])));
        Assert.True(double.IsFinite(likelihood.LogLikelihood([1e6f, 0, 0, 0, -1e6f])));
    }

    private static float[] Row(int r) => Exact.Rows[(r * LinearGaussian.Features)..((r + 1) * LinearGaussian.Features)];
}
