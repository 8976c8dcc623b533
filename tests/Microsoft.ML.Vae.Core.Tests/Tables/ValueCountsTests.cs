namespace Microsoft.ML.Vae.Core.Tests.Tables;

public sealed class ValueCountsTests
{
    // Three standard errors of a sketch of 4,096.
    private const double SketchTolerance = 0.05;

    [Fact]
    public void Below_the_bound_counts_are_exact()
    {
        var counts = new ValueCounts(bound: 100);
        for (int i = 0; i < 99; i++)
            for (int k = 0; k <= i % 5; k++) counts.Add($"value {i}");
        Assert.Equal(99, counts.Distinct);
        Assert.False(counts.IsUnique);
        Assert.Equal(19 + 20 + 20, counts.MostFrequent(3).Count());
    }

    [Fact]
    public void Beyond_the_bound_frequent_texts_stay_and_memory_does_not_grow()
    {
        const int Texts = 50_000;
        var counts = new ValueCounts(bound: 1000);
        for (int i = 0; i < Texts; i++)
        {
            counts.Add($"rare {i}");
            if (i % 5 == 0) counts.Add($"frequent {i / 5 % 3}");
        }
        Assert.InRange(counts.Distinct, Texts * (1 - SketchTolerance), Texts * (1 + SketchTolerance));
        Assert.Equal(["frequent 0", "frequent 1", "frequent 2"], counts.MostFrequent(100).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void All_different_is_known_beyond_the_bound()
    {
        var counts = new ValueCounts(bound: 10);
        for (int i = 0; i < 100; i++) counts.Add($"{i}");
        Assert.True(counts.IsUnique);
    }
}
