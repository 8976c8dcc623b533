using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Model;

/// <summary>KL, prior and likelihoods against SciPy in double precision.</summary>
public class ClosedFormOracleTests
{
    private const double Double = 1e-12;

    // A local variance is a difference of means; 1 - SSIM and its quadratic form agree to the first order in the distortion.
    private const double SsimRounding = 1e-9, SmallDistortion = 1e-6;

    private static readonly System.Text.Json.JsonElement Json = Oracle.Read("closed_forms");

    [Fact]
    public void Kl_agrees_also_at_its_bounds_and_near_zero()
    {
        foreach (var c in Json.GetProperty("kl").EnumerateArray())
            Assert.Equal(c.Number("kl"), DiagonalGaussian.Kl(c.Number("mean"), c.Number("log_variance")), 1e-10 * c.Number("kl"));
        Assert.All(Enumerable.Range(-2000, 4000), i => Assert.True(DiagonalGaussian.Kl(0, i * 1e-11) >= 0));
    }

    [Fact]
    public void Prior_agrees() => Assert.All(
        Json.GetProperty("prior").EnumerateArray(), c => Assert.Equal(c.Number("log_prior"), DiagonalGaussian.LogPrior(c.Singles("z")), Double * Math.Abs(c.Number("log_prior"))));

    [Fact]
    public void Bernoulli_distortion_is_the_divergence_of_two_coins()
    {
        var c = Json.GetProperty("bernoulli");
        double[] expected = c.Doubles("terms"), terms = new double[expected.Length];
        BernoulliLikelihood.Instance.Distortion(c.Singles("x"), c.Singles("output"), [], terms);
        for (int i = 0; i < terms.Length; i++) Assert.Equal(expected[i], terms[i], 1e-9);
        Assert.Equal(c.Number("at_mode"), BernoulliLikelihood.Instance.LogLikelihoodAtMode(c.Singles("x"), []), Double * 10);
    }

    [Fact]
    public void Gaussian_log_likelihood_agrees_with_its_constants()
    {
        var c = Json.GetProperty("gaussian");
        Assert.Equal(c.Number("log_likelihood"), LogLikelihood(GaussianLikelihood.LearnedVariance, c.Singles("log_variance")), Double * 100);
        Assert.Equal(c.Number("fixed_log_likelihood"), LogLikelihood(GaussianLikelihood.WithVariance(c.Number("fixed_variance")), []), Double * 100);

        double LogLikelihood(Likelihood likelihood, float[] own)
        {
            float[] x = c.Singles("x"), output = c.Singles("output");
            var terms = new double[x.Length];
            likelihood.Distortion(x, output, own, terms);
            return likelihood.LogLikelihoodAtMode(x, own) - terms.Sum();
        }
    }

    [Fact]
    public void Student_t_log_density_agrees_for_few_degrees_and_for_many()
    {
        foreach (var c in Json.GetProperty("student_t").EnumerateArray())
        {
            var likelihood = StudentTLikelihood.With(c.Number("degrees"));
            float[] residual = c.Singles("residual"), own = c.Singles("log_scale");
            double[] expected = c.Doubles("log_density"), modes = new double[residual.Length], terms = new double[residual.Length];
            likelihood.LogLikelihoodAtMode(residual, own, modes);
            likelihood.Distortion(residual, new float[residual.Length], own, terms);
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], modes[i] - terms[i], Double * 100 * (1 + Math.Abs(expected[i])));
        }
    }

    [Fact]
    public void Categorical_distortion_is_the_divergence_of_each_block()
    {
        var c = Json.GetProperty("categorical");
        var likelihood = new CategoricalLikelihood([.. c.Doubles("blocks").Select(b => (int)b)]);
        float[] x = c.Singles("x");
        var terms = new double[x.Length];
        likelihood.Distortion(x, c.Singles("scores"), [], terms);
        Assert.All(terms, t => Assert.True(t >= 0));
        int first = 0;
        foreach (var (expected, length) in c.Doubles("divergence").Zip(likelihood.Blocks))
        {
            Assert.Equal(expected, terms[first..(first + length)].Sum(), Double * 10 * (1 + expected));
            first += length;
        }
        Assert.Equal(-c.Number("entropy"), likelihood.LogLikelihoodAtMode(x, []), Double * 10);
    }

    [Fact]
    public void Structural_similarity_agrees_and_is_the_limit_of_the_quadratic_form()
    {
        foreach (var c in Json.GetProperty("ssim").EnumerateArray())
        {
            double[] sizes = c.Doubles("shape");
            float[] x = c.Singles("x"), output = c.Singles("output");
            var likelihood = new SsimLikelihood(Shape.Image((int)sizes[0], (int)sizes[1], (int)sizes[2]), c.Number("range"));
            double[] terms = new double[x.Length], product = new double[x.Length], difference = [.. x.Zip(output, (a, b) => (double)a - b)];
            likelihood.Distortion(x, output, [], terms);
            double expected = c.Number("distortion");
            Assert.Equal(expected, terms.Sum(), SsimRounding * expected);
            likelihood.Metric([.. x.Select(v => (double)v)], [], difference, product);
            Assert.Equal(expected, difference.Zip(product, (d, p) => d * p).Sum(), SsimRounding * expected);
            if (expected < SmallDistortion) Assert.Equal(c.Number("one_minus_ssim"), expected, 1e-4 * expected);
        }
    }

    [Fact]
    public void A_row_weight_stays_finite_and_positive_far_out()
    {
        float[] far = [1e25f, -1e25f];
        Assert.Equal(2e49, new MetricWeight(1, 0.1, false).At(far), 1e43);
        Assert.Equal(5e-50, new MetricWeight(1, 0.1, true).At(far), 1e-56);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(1, -0.1)]
    public void A_row_weight_that_could_vanish_or_turn_negative_is_refused(double offset, double slope) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new MetricWeight(offset, slope, false));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_variance_that_is_none_is_refused(double variance)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => GaussianLikelihood.WithVariance(variance));
        Assert.Throws<ArgumentOutOfRangeException>(() => GaussianLikelihood.WithLearnedVariance(variance));
    }
}
