using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Likelihoods;

/// <summary>exp(log-likelihood at the mode − distortion) is a distribution of the feature.</summary>
public sealed class LikelihoodDensityTests
{
    /// <summary>By quadrature over one feature: t = tan(πs/2) brings the line to (−1, 1).</summary>
    [Theory]
    [InlineData("gaussian", 0)]
    [InlineData("learned variance", -1.2f)]
    [InlineData("learned variance", 0.8f)]
    [InlineData("student t", -1.2f)]
    [InlineData("student t", 0.8f)]
    public void Mode_less_distortion_is_a_density(string name, float own)
    {
        const int Pieces = 40_000;
        const double Quadrature = 1e-5; // x is rounded to single precision
        var likelihood = Parts.Likelihoods[name];
        float[] parameters = likelihood.ParameterCount(1) == 0 ? [] : [own];
        double area = 0;
        for (int i = 0; i < Pieces; i++)
        {
            double t = Math.Tan(Math.PI / 2 * ((2 * (i + 0.5) / Pieces) - 1));
            area += Math.Exp(LogDensity(likelihood, [(float)t], [0.3f], parameters)) * Math.PI * (1 + (t * t)) / Pieces;
        }
        Assert.Equal(1, area, Quadrature);
    }

    [Fact]
    public void Mode_less_distortion_sums_to_one_over_what_a_coin_or_a_category_can_be()
    {
        float[] output = [0.7f, -1.1f, 2.3f];
        Assert.Equal(1, Math.Exp(LogDensity(BernoulliLikelihood.Instance, [0], [0.7f], [])) + Math.Exp(LogDensity(BernoulliLikelihood.Instance, [1], [0.7f], [])), 1e-12);
        float[][] categories = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
        Assert.Equal(1, categories.Sum(x => Math.Exp(LogDensity(new CategoricalLikelihood(3), x, output, []))), 1e-12);
    }

    [Theory]
    [InlineData("squared")]
    [InlineData("1-SSIM")]
    public void What_is_no_distribution_has_no_log_likelihood_at_its_mode(string name)
    {
        var row = new LikelihoodRow(name, 1);
        Assert.Equal(0, row.WeightedMode(row.X, row.Own));
    }

    private static double LogDensity(Likelihood likelihood, float[] x, float[] output, float[] own)
    {
        var terms = new double[x.Length];
        likelihood.Distortion(x, output, own, terms);
        return likelihood.LogLikelihoodAtMode(x, own) - (likelihood.RowWeight(x) * terms.Sum());
    }
}
