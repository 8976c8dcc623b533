namespace Microsoft.ML.Vae.Core.Tests.Kernels;

public sealed class ThreadGovernorTests
{
    private const int Cycle = (2 * ThreadGovernor.TrialSteps) + ThreadGovernor.SettledSteps;

    [Theory]
    [InlineData(1.0, 2.0)]
    [InlineData(3.0, 2.0)]
    public void TheFasterWayTakesNearlyAllSteps(double parallelCost, double singleCost)
    {
        var governor = new ThreadGovernor();
        int parallel = Enumerable.Range(0, 10 * Cycle).Count(_ => Step(governor, parallelCost, singleCost));
        int expected = 10 * (parallelCost < singleCost ? Cycle - ThreadGovernor.TrialSteps : ThreadGovernor.TrialSteps);
        Assert.Equal(expected, parallel);
    }

    [Fact]
    public void ItFollowsAChange()
    {
        var governor = new ThreadGovernor();
        for (int i = 0; i < 2 * Cycle; i++) Step(governor, 1, 2);
        for (int i = 0; i < 2 * Cycle; i++) Step(governor, 5, 2);
        int parallel = Enumerable.Range(0, Cycle).Count(_ => Step(governor, 5, 2));
        Assert.Equal(ThreadGovernor.TrialSteps, parallel);
    }

    [Fact]
    public void OneInterruptedStepDoesNotDecide()
    {
        var governor = new ThreadGovernor();
        Step(governor, 1000, 2);
        for (int i = 1; i < 2 * ThreadGovernor.TrialSteps; i++) Step(governor, 1, 2);
        Assert.True(governor.Parallel);
    }

    private static bool Step(ThreadGovernor governor, double parallelCost, double singleCost)
    {
        bool parallel = governor.Parallel;
        governor.Record(parallel ? parallelCost : singleCost);
        return parallel;
    }
}
