namespace Microsoft.ML.Vae.Core.Tests.Isometry;

public class LatentImportanceTests
{
    private static readonly LatentImportance Importance = new([4, 1, 100, 1.5], klWeight: 0.02);

    [Fact]
    public void Under_a_prior_of_unequal_variances_latents_are_weighed_in_its_deviations()
    {
        var importance = new LatentImportance([1, 10, 2], 1, [4, 0.1, 4]);
        Assert.Equal([2, 0, 1], importance.Order);
        Assert.Equal([2, 0.5, 4], importance.Variance);
        Assert.Equal([0, 2], importance.Active);
        Assert.Equal(["z2 (66.7%)", "z0 (33.3%)"], importance.SlotNames(importance.ActiveCount));
    }

    [Fact]
    public void Active_latents_share_the_variance_most_important_first()
    {
        Assert.Equal([2, 0, 3, 1], Importance.Order);
        Assert.Equal([1, 3], Importance.Collapsed);
        Assert.Equal([4 / 104.0, 0, 100 / 104.0, 0], Importance.Share);
        Assert.Equal([0.04, 0.01, 1, 0.015], Importance.Variance, (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Fact]
    public void Of_averages_the_precision_and_skips_rows_that_are_not_finite()
    {
        float log4 = MathF.Log(4);
        float[] logVariance = [-log4, 0, float.NaN, 5, -log4, -2 * log4, float.PositiveInfinity, 0];
        var importance = LatentImportance.Of(logVariance, 2, 1);
        Assert.Equal(4, importance.InverseVariance[0], 1e-5);
        Assert.Equal((1 + 16) / 2.0, importance.InverseVariance[1], 1e-5);
    }

    [Fact]
    public void Without_any_active_latent_all_shares_are_zero() => Assert.Equal([0, 0], new LatentImportance([1, 1], 1).Share);
}
