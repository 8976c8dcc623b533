namespace Microsoft.ML.Vae.Core.Tests.Kernels;

public sealed class WorkerPoolTests
{
    // Phases follow each other at once, so that stragglers of one meet the next; some are empty, some leave all work to one thread.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_item_runs_once(int threads)
    {
        using var pool = new WorkerPool(threads);
        var random = new Random(threads);
        for (int phase = 0; phase < 3000; phase++)
        {
            int items = random.Next(20);
            var counts = new int[items];
            int[] bounds = [0, .. Enumerable.Range(0, threads - 1).Select(_ => random.Next(items + 1)).Order(), items];
            pool.Run(bounds, (item, thread) =>
            {
                Assert.InRange(thread, 0, threads - 1);
                Interlocked.Increment(ref counts[item]);
            });
            Assert.All(counts, c => Assert.Equal(1, c));
        }
    }

    [Fact]
    public void Workers_that_parked_wake_up()
    {
        using var pool = new WorkerPool(2);
        for (int phase = 0; phase < 5; phase++)
        {
            Thread.Sleep(5); // far beyond the spinning
            using var both = new Barrier(2);
            pool.Run([0, 1, 2], (_, _) => Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(30))));
        }
    }

    [Fact]
    public void An_items_exception_reaches_the_caller_and_the_pool_lives_on()
    {
        using var pool = new WorkerPool(3);
        var error = Assert.Throws<AggregateException>(() => pool.Run([0, 3, 6, 9], (item, _) => { if (item == 7) throw new FormatException(); }));
        Assert.IsType<FormatException>(error.InnerException);
        int done = 0;
        pool.Run([0, 3, 6, 9], (_, _) => Interlocked.Increment(ref done));
        Assert.Equal(9, done);
    }
}
