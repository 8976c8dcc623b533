namespace Microsoft.ML.Vae.Core.Tests.Isometry;

public class IsometricCoordinatesTests
{
    private const double KlWeight = 0.02;

    // σ(μ) = .1/(1 + μ²), so y = √(β/2)·10·(μ + μ³/3): monotone, curved, known.
    private static readonly float[] Means = [.. Enumerable.Range(0, 4000).Select(i => (float)((RandomStream.FromSeed(1).Uniform(i) * 2) - 1))];

    private static readonly float[] LogVariances = [.. Means.Select(m => (float)(2 * Math.Log(0.1 / (1 + ((double)m * m)))))];

    private static double Known(double mean) => Math.Sqrt(KlWeight / 2) * 10 * (mean + (mean * mean * mean / 3));

    [Fact]
    public void A_known_profile_is_integrated()
    {
        // 64 bins, each with its own average of 62 random rows.
        const double BinError = 5e-3;
        var coordinates = IsometricCoordinates.Fit(Means, LogVariances, 1, KlWeight);
        double shift = Means.Average(m => Known(m));
        foreach (float mean in new[] { -0.95f, -0.5f, 0f, 0.2f, 0.7f, 0.95f }) Assert.Equal(Known(mean) - shift, coordinates[0, mean], BinError);
    }

    [Fact]
    public void The_fitted_rows_have_mean_zero()
    {
        var coordinates = IsometricCoordinates.Fit(Means, LogVariances, 1, KlWeight);
        Assert.Equal(0, Means.Average(m => (double)coordinates[0, m]), 1e-6);
    }

    [Fact]
    public void The_map_increases_everywhere_and_goes_on_beyond_the_data()
    {
        var coordinates = IsometricCoordinates.Fit(Means, LogVariances, 1, KlWeight);
        float[] y = [.. Enumerable.Range(-30, 61).Select(i => coordinates[0, i * 0.1f])];
        Assert.All(y.Zip(y.Skip(1)), pair => Assert.True(pair.First < pair.Second));
        // The last bins' slope: √(β/2)/σ ≈ .1·10·(1 + 1) = 2.
        Assert.Equal(2, coordinates[0, 3f] - coordinates[0, 2f], 0.1);
    }

    [Fact]
    public void Of_a_constant_posterior_it_is_a_straight_line()
    {
        var coordinates = IsometricCoordinates.Fit([-1, 0, 2, 5, 5, 7], [0, 0, 0, 0, 0, 0], 1, 2);
        Assert.Equal(1, coordinates[0, 3] - coordinates[0, 2], 1e-5);
        Assert.Equal(0, coordinates[0, 3], 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    public void Rows_that_all_agree_still_have_a_coordinate(int rows)
    {
        var coordinates = IsometricCoordinates.Fit([.. Enumerable.Repeat(0.5f, rows)], new float[rows], 1, 2);
        Assert.Equal((0f, 1f), (coordinates[0, 0.5f], coordinates[0, 1.5f]));
    }

    [Fact]
    public void Rows_with_missing_values_change_nothing()
    {
        var clean = IsometricCoordinates.Fit(Means, LogVariances, 1, KlWeight);
        var dirty = IsometricCoordinates.Fit([.. Means, float.NaN, float.PositiveInfinity], [.. LogVariances, float.NaN, 0], 1, KlWeight);
        Assert.Equal(clean.Knots[0], dirty.Knots[0]);
        Assert.Equal(clean.Values[0], dirty.Values[0]);
        Assert.Equal(float.NaN, clean[0, float.NaN]);
    }

    [Fact]
    public void Latents_are_kept_apart()
    {
        float[] mean = [0, 10, 1, 20, 2, 30], logVariance = [0, 2 * MathF.Log(0.5f), 0, 2 * MathF.Log(0.5f), 0, 2 * MathF.Log(0.5f)];
        var coordinates = IsometricCoordinates.Fit(mean, logVariance, 2, 2);
        Assert.Equal((2, 0f, 0f), (coordinates.LatentDimension, coordinates[0, 1], coordinates[1, 20]));
        Assert.Equal((1f, 2f), (coordinates[0, 2], coordinates[1, 21]));
    }

    [Fact]
    public void No_rows_are_refused()
    {
        Assert.Throws<ArgumentException>(() => IsometricCoordinates.Fit([], [], 1, 1));
        Assert.Throws<ArgumentException>(() => IsometricCoordinates.Fit([float.NaN], [float.NaN], 1, 1));
    }
}
