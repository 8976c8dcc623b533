namespace AutoTune.Tests;

public sealed class SearchSpaceTests
{
    private const int Draws = 4000;

    // Six standard deviations of a share of one half among so many draws.
    private const double ShareTolerance = 0.05;

    private static readonly VaeSearchOptions[] Drawn =
        [.. Enumerable.Range(0, Draws).Select(i => new VaeSearchSpace(VaeFitOptions.DefaultMaximumLatents).Sample(RandomStream.FromSeed(1).Split((ulong)i)))];

    [Fact]
    public void A_search_begins_at_the_defaults_of_the_trainer()
    {
        var trainer = new VaeTrainer.Options();
        var searched = new VaeSearchOptions().Apply(trainer);
        Assert.Equal(trainer.HiddenWidths, searched.HiddenWidths);
        Assert.Equal(trainer.Training, searched.Training);
        Assert.Equal((null, VaeFitOptions.DefaultMaximumLatents), (trainer.LatentDimension, searched.LatentDimension));
    }

    [Fact]
    public void Applied_values_arrive_and_all_others_stay()
    {
        var given = new VaeTrainer.Options { OutputPrefix = "A", HeldOutFraction = 0.3, Training = new() { Steps = 7, BatchSize = 9, Seed = 5 } };
        var applied = new VaeSearchOptions { LatentDimension = 3, KlWeight = 0.5, Width = 20, Layers = 3, LearningRate = 0.01 }.Apply(given);
        Assert.Equal((3, 0.5, 0.01), (applied.LatentDimension, applied.Training.KlWeight, applied.Training.LearningRate));
        Assert.Equal([20, 20, 20], applied.HiddenWidths);
        Assert.Equal((5, "A", 0.3, 7, 9), (applied.Training.Seed, applied.OutputPrefix, applied.HeldOutFraction, applied.Training.Steps, applied.Training.BatchSize));
    }

    [Fact]
    public void Every_draw_lies_within_the_bounds_and_both_ends_are_reached()
    {
        Assert.Equal((1, 32), (Drawn.Min(o => o.LatentDimension), Drawn.Max(o => o.LatentDimension)));
        Assert.Equal([1, 2, 3], Drawn.Select(o => o.Layers).Distinct().Order());
        Assert.All(Drawn, o => Assert.True(o is { KlWeight: >= 0.1 and <= 10, Width: >= 16 and <= 512, LearningRate: >= 2e-4 and <= 2e-2 }, $"{o}"));
    }

    [Fact]
    public void Scales_are_logarithmic()
    {
        // Half of the draws lie below the geometric mean of the bounds; on a linear scale it were 1 in 11 for β.
        Assert.Equal(0.5, Drawn.Average(o => o.KlWeight < 1 ? 1.0 : 0), ShareTolerance);
        Assert.Equal(0.5, Drawn.Average(o => o.LearningRate < 2e-3 ? 1.0 : 0), ShareTolerance);
        Assert.Equal(Math.Log(2) / Math.Log(33), Drawn.Average(o => o.LatentDimension == 1 ? 1.0 : 0), ShareTolerance);
        Assert.Equal(1 / 3.0, Drawn.Average(o => o.Layers == 2 ? 1.0 : 0), ShareTolerance);
    }

    [Fact]
    public void Data_of_few_features_get_no_more_latents_than_that()
    {
        var space = new VaeSearchSpace(maximumLatents: 6);
        Assert.Equal(6, space.Default.LatentDimension);
        Assert.Equal(Enumerable.Range(1, 6), Enumerable.Range(0, Draws).Select(i => space.Sample(RandomStream.FromSeed(1).Split((ulong)i)).LatentDimension).Distinct().Order());
    }
}
