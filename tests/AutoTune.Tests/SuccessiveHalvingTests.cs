namespace AutoTune.Tests;

public sealed class SuccessiveHalvingTests
{
    private static readonly VaeSearchSpace Space = new(32);

    private static readonly SuccessiveHalving Halving = new() { Configurations = 27, MaximumSteps = 900 };

    private readonly HalvingSearch _search = new(Halving, seed: 3);

    [Fact]
    public void It_finds_the_best_setting_it_drew()
    {
        var bowl = new Bowl();
        var best = Trial.Best(_search.Run(bowl.Evaluate, Space, default))!;
        Assert.Equal(bowl.Calls.Min(c => Bowl.Height(c.Options)), Bowl.Height(best.Setting));
        Assert.Equal(900, best.Steps);
        Assert.True(Bowl.Height(best.Setting) < Bowl.Height(Space.Default) / 4);
    }

    [Fact]
    public void Its_budget_is_the_steps_it_says()
    {
        var bowl = new Bowl();
        var trials = _search.Run(bowl.Evaluate, Space, default);
        Assert.Equal([(100, 27), (300, 9), (900, 3)], trials.GroupBy(t => t.Steps).Select(g => (g.Key, g.Count())));
        Assert.Equal(Halving.TotalSteps, trials.Sum(t => t.Steps));
        Assert.Equal(bowl.Calls, trials.Select(t => (t.Setting, t.Steps)));
        Assert.Equal(Enumerable.Range(0, trials.Count), trials.Select(t => t.Id));
    }

    [Fact]
    public void The_first_setting_is_the_default() => Assert.Equal(Space.Default, _search.Run(new Bowl().Evaluate, Space, default)[0].Setting);

    [Fact]
    public void The_same_seed_gives_the_same_trials()
    {
        Assert.Equal(Settings(3), Settings(3));
        Assert.NotEqual(Settings(3), Settings(4));

        static IEnumerable<VaeSearchOptions> Settings(int seed) => new HalvingSearch(Halving, seed).Run(new Bowl().Evaluate, Space, default).Select(t => t.Setting);
    }

    [Fact]
    public void A_failing_trial_is_recorded_and_goes_no_further()
    {
        var bowl = new Bowl { Before = o => { if (o.KlWeight < 0.7) throw new InvalidOperationException("diverged"); } };
        var trials = _search.Run(bowl.Evaluate, Space, default);
        var failed = trials.Where(t => t.Failure is not null).ToArray();
        Assert.NotEmpty(failed);
        Assert.All(failed, t => Assert.Equal(("diverged", double.PositiveInfinity, 100), (t.Failure, t.Loss, t.Steps)));
        Assert.Equal(39, trials.Count);
        Assert.InRange(Trial.Best(trials)!.Loss, 0, 1);
    }

    [Fact]
    public void A_loss_that_is_no_number_is_a_failure() => Assert.Equal("The loss is NaN.", Trial.Run(0, 0, 1, (_, _, _) => new TuningOutcome(double.NaN, 0), default).Failure);

    [Fact]
    public void A_search_without_a_success_has_no_best_trial()
    {
        var trials = _search.Run(new Bowl { Before = _ => throw new InvalidOperationException("no") }.Evaluate, Space, default);
        Assert.Equal(27, trials.Count);
        Assert.Null(Trial.Best(trials));
    }

    [Fact]
    public void Cancellation_ends_the_search_and_keeps_what_was_finished()
    {
        using var stop = new CancellationTokenSource();
        int seen = 0;
        var trials = _search.Run(new Bowl { Before = _ => { if (++seen == 6) stop.Cancel(); } }.Evaluate, Space, stop.Token);
        Assert.Equal(5, trials.Count);
        Assert.NotNull(Trial.Best(trials));
    }

    [Fact]
    public void The_best_trial_is_one_of_the_longest()
    {
        Trial<int> At(int steps, double density) => new(0, 0, steps, new TuningOutcome(density, 0), null, 0);
        Assert.Equal(2, Trial.Best([At(10, 5), At(20, 2), At(20, 1)])!.Outcome!.Value.LogDensity);
    }
}
