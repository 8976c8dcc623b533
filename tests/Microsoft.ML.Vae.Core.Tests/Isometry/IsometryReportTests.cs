using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Isometry;

public class IsometryReportTests
{
    private const double Single = 1e-5;

    private static readonly LinearGaussian Exact = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Norms_of_an_exact_posterior_are_one_minus_its_variance(bool squaredError)
    {
        var report = IsometryReport.Measure(Exact.Model(squaredError), new MatrixRows(Exact.Rows, LinearGaussian.Features));
        for (int j = 0; j < LinearGaussian.Latents; j++)
        {
            Assert.Equal(1 - Exact.PosteriorVariance[j], report.Latents[j].NormMean, Single);
            Assert.Equal(0, report.Latents[j].NormDeviation, 1e-3);
            Assert.Equal(0, report.Latents[j].MeanAbsoluteCosine, Single);
            Assert.Equal(1 / Exact.PosteriorVariance[j], report.Latents[j].InverseVariance, Single / Exact.PosteriorVariance[j]);
        }
        Assert.All(report.Latents, l => Assert.Equal(1, l.NormRatio, Single));
        Assert.Equal(0, report.MeanDeparture, Single);
        Assert.Equal(0, report.DepartureDeviation, Single);
        Assert.True(report.IsTrustworthy);
        Assert.Equal(6, report.Rows);
        Assert.StartsWith("Trustworthy: the log-density departs by 0.00 ± 0.00 nats, 0% of its variance. All 2 active latents", report.Verdict, StringComparison.Ordinal);
    }

    /// <summary>A correct posterior as wide as half the prior, E[σ⁻²] = 2.5: its norm is .6, and the density departs by nothing.</summary>
    [Fact]
    public void A_correct_model_with_wide_posteriors_is_trusted()
    {
        const double Variance = 0.4;
        var architecture = TestModels.Architecture(1, 1, GaussianLikelihood.WithVariance(1), Activation.Linear, [], []);
        var layout = new ParameterLayout(architecture);
        var values = new float[layout.Length];
        double w = Math.Sqrt((1 - Variance) / Variance);
        (values[layout.Encoder[0].Weight.Offset], values[layout.Encoder[0].Bias.Offset + 1], values[layout.Decoder[0].Weight.Offset]) = ((float)(Variance * w), (float)Math.Log(Variance), (float)w);
        var model = new VaeModel(architecture, new VaeParameters(layout, values), 1);
        var report = IsometryReport.Measure(model, new MatrixRows(TestModels.Normals(200, 3), 1));
        Assert.Equal(1 - Variance, report.Latents[0].NormMean, Single);
        Assert.Equal(1, report.Latents[0].NormRatio, Single);
        Assert.Equal(0, report.MeanDeparture, Single);
        Assert.True(report.IsTrustworthy, report.Verdict);
    }

    /// <summary>Twice the true variance: norm 2, and a density too high by ½ ln 2 nats everywhere, so that differences still mean what they say.</summary>
    [Fact]
    public void A_posterior_that_is_too_wide_everywhere_shifts_the_density_by_a_constant()
    {
        var report = IsometryReport.Measure(Shifted(1, Math.Log(2)), new MatrixRows(Exact.Rows, LinearGaussian.Features));
        Assert.Equal(2, report.Latents[1].NormRatio, 0.01);
        Assert.Equal(0.5 * Math.Log(2), report.MeanDeparture, 0.01);
        Assert.Equal(0, report.DepartureDeviation, Single);
        Assert.True(report.IsTrustworthy);
        Assert.Contains("departs by 0.35 ± 0.00 nats", report.Verdict, StringComparison.Ordinal);
        Assert.Contains("1 of 2 active latents depart (latent 1: norm 2.0", report.Verdict, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.2, true)]
    [InlineData(0.5, false)]
    [InlineData(3, false)]
    [InlineData(double.NaN, false)]
    public void Trust_follows_the_share_of_the_variance(double departure, bool isTrusted)
    {
        var report = Report(departure, new LatentIsometry(0, 9, true, 1, 0, 0.1));
        Assert.Equal(isTrusted, report.IsTrustworthy);
        Assert.Equal(Math.Min(1, departure * departure), report.DepartureShare, 1e-12);
        Assert.StartsWith(double.IsNaN(departure) ? "The density's departure is unknown" : isTrusted ? "Trustworthy" : "Not isometric", report.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Tangents_that_are_not_orthogonal_are_named()
    {
        var report = Report(0.1, new LatentIsometry(0, 9, true, 1, 0, 0.1), new LatentIsometry(1, 9, true, 1, 0, 0.5));
        Assert.Contains("1 of 2 active latents depart (latent 1: norm 1.00, cosine 0.50)", report.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Collapsed_latents_take_no_part_and_are_named()
    {
        var report = Report(0.1, new LatentIsometry(0, 9, true, 1, 0, 0), new LatentIsometry(1, 1, false, 0, 0, 0.9));
        Assert.True(report.IsTrustworthy);
        Assert.EndsWith("1 of 2 latents are collapsed.", report.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_whose_latents_all_collapsed_is_never_trusted()
    {
        var report = Report(0, new LatentIsometry(0, 1, false, 0, 0, 0));
        Assert.False(report.IsTrustworthy);
        Assert.StartsWith("All latents are collapsed", report.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_with_missing_values_are_left_out()
    {
        float[] rows = [.. Exact.Rows, float.NaN, 0, 0, 0, 0];
        Assert.Equal(6, IsometryReport.Measure(Exact.Model(), new MatrixRows(rows, LinearGaussian.Features)).Rows);
        Assert.Equal(2, IsometryReport.Measure(Exact.Model(), new MatrixRows(rows, LinearGaussian.Features), maximumRows: 2).Rows);
    }

    private static IsometryReport Report(double departure, params LatentIsometry[] latents) => new(latents, 5, 0.1, departure, 1);

    private static VaeModel Shifted(int latent, double logFactor)
    {
        var model = Exact.Model();
        float[] values = model.Parameters.Values.ToArray();
        values[model.Parameters.Layout.Encoder[0].Bias.Offset + LinearGaussian.Latents + latent] += (float)logFactor;
        return new VaeModel(model.Architecture, new VaeParameters(model.Parameters.Layout, values), model.KlWeight);
    }
}
