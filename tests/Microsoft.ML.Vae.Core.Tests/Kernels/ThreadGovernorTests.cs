namespace Microsoft.ML.Vae.Core.Tests.Kernels;

public sealed class ThreadGovernorTests
{
    // Trials and waking take the rest.
    private const double NearlyAll = 0.93;

    [Theory]
    [InlineData(1.0, 2.0)]
    [InlineData(3.0, 2.0)]
    [InlineData(0.03, 0.04)]
    [InlineData(0.05, 0.04)]
    public void The_faster_way_takes_nearly_all_steps(double parallelMilliseconds, double singleMilliseconds)
    {
        double share = ParallelShare(new ThreadGovernor(), 20_000, _ => parallelMilliseconds, singleMilliseconds);
        Assert.InRange(parallelMilliseconds < singleMilliseconds ? share : 1 - share, NearlyAll, 1);
    }

    [Fact]
    public void It_follows_a_change()
    {
        var governor = new ThreadGovernor();
        ParallelShare(governor, 2000, _ => 1, 2);
        ParallelShare(governor, 1000, _ => 5, 2);
        Assert.InRange(ParallelShare(governor, 5000, _ => 5, 2), 0, 1 - NearlyAll);
    }

    [Fact]
    public void One_interrupted_step_does_not_decide()
    {
        var governor = new ThreadGovernor();
        for (int i = 0; i < 1 + (2 * ThreadGovernor.TrialSteps); i++)
        {
            // The first step is waking; the second is the interrupted one.
            double seconds = i == 0 ? 0.9 * ThreadGovernor.WakingSeconds : i == 1 ? 1 : governor.Parallel ? 1e-3 : 2e-3;
            governor.Record(seconds, 1);
        }
        Assert.True(governor.Parallel);
    }

    [Fact]
    public void Threads_that_wake_slowly_get_their_chance()
    {
        const double WakingMilliseconds = 15;
        var governor = new ThreadGovernor();
        for (int i = 0; i < 10 && governor.Parallel; i++) ParallelShare(governor, 1, _ => 30, 2);
        double share = ParallelShare(governor, 10_000, sinceParked => sinceParked < WakingMilliseconds ? 2 : 1, 2);
        Assert.InRange(share, 0.8, 1); // it begins with one settled stage alone
    }

    // Steps of 10 rows; the parallel time may depend on how long the threads have been at it.
    private static double ParallelShare(ThreadGovernor governor, int steps, Func<double, double> parallelMilliseconds, double singleMilliseconds)
    {
        int parallel = 0;
        double sinceParked = 0;
        for (int i = 0; i < steps; i++)
        {
            double milliseconds = governor.Parallel ? parallelMilliseconds(sinceParked) : singleMilliseconds;
            sinceParked = governor.Parallel ? sinceParked + milliseconds : 0;
            parallel += governor.Parallel ? 1 : 0;
            governor.Record(1e-3 * milliseconds, 10);
        }
        return (double)parallel / steps;
    }
}
