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
        Assert.True(report.IsTrustworthy);
        Assert.Equal(6, report.Rows);
        Assert.StartsWith("Trustworthy: all 2 active latents", report.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_posterior_is_not_trusted_and_the_verdict_names_the_worst_latent()
    {
        // Latent 1 claims twice its true variance, so its norm is 2.
        var model = Shifted(1, Math.Log(2));
        var report = IsometryReport.Measure(model, new MatrixRows(Exact.Rows, LinearGaussian.Features));
        Assert.Equal(2, report.Latents[1].NormMean, 0.01);
        Assert.False(report.IsTrustworthy);
        Assert.Contains("1 of 2 active latents depart (latent 1: norm 2.0", report.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Tangents_that_are_not_orthogonal_are_not_trusted()
    {
        var latents = new[] { new LatentIsometry(0, 9, true, 1, 0, 0.5), new LatentIsometry(1, 9, true, 1, 0, 0.1) };
        Assert.False(new IsometryReport(latents, 5).IsTrustworthy);
        Assert.True(new IsometryReport([latents[1]], 5).IsTrustworthy);
        Assert.False(new IsometryReport([latents[1] with { NormMean = double.NaN }], 5).IsTrustworthy);
    }

    [Fact]
    public void Collapsed_latents_take_no_part_and_are_named()
    {
        var latents = new[] { new LatentIsometry(0, 9, true, 1, 0, 0), new LatentIsometry(1, 1, false, 0, 0, 0.9) };
        var report = new IsometryReport(latents, 5);
        Assert.True(report.IsTrustworthy);
        Assert.EndsWith("1 of 2 latents are collapsed.", report.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_whose_latents_all_collapsed_is_never_trusted()
    {
        var report = new IsometryReport([new LatentIsometry(0, 1, false, 0, 0, 0)], 5);
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

    private static VaeModel Shifted(int latent, double logFactor)
    {
        var model = Exact.Model();
        float[] values = model.Parameters.Values.ToArray();
        values[model.Parameters.Layout.Encoder[0].Bias.Offset + LinearGaussian.Latents + latent] += (float)logFactor;
        return new VaeModel(model.Architecture, new VaeParameters(model.Parameters.Layout, values), model.KlWeight);
    }
}
