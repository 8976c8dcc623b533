using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Rows;

public sealed class PrefetchedRowsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(99)]
    [InlineData(100)]
    public void Rows_keep_their_order(int rows) =>
        Assert.Equal(Enumerable.Range(0, rows).Select(i => (float)i), RowReading.All(new PrefetchedRows(new RowReading.Stream(rows)), null, 10));

    [Fact]
    public void Batches_may_change_their_size()
    {
        using var reader = new PrefetchedRows(new RowReading.Stream(30)).Read(null);
        var seen = new List<float>();
        foreach (int size in new[] { 7, 3, 12, 1, 20, 20, 20 })
        {
            var features = new float[size];
            int count = reader.Read(features, new float[size]);
            seen.AddRange(features[..count]);
        }
        Assert.Equal(Enumerable.Range(0, seen.Count).Select(i => (float)i), seen);
        Assert.True(seen.Count >= 25);
    }

    [Fact]
    public void The_end_stays_the_end()
    {
        using var reader = new PrefetchedRows(new RowReading.Stream(7)).Read(null);
        var (features, weights) = (new float[5], new float[5]);
        Assert.Equal([5, 2, 0, 0, 0], Enumerable.Range(0, 5).Select(_ => reader.Read(features, weights)));
    }

    [Fact]
    public void Asked_for_nothing_it_gives_nothing_and_goes_on()
    {
        using var reader = new PrefetchedRows(new RowReading.Stream(3)).Read(null);
        Assert.Equal([0, 3], new[] { 0, 5 }.Select(n => reader.Read(new float[n], new float[n])));
    }

    [Fact]
    public void Errors_reach_the_reader()
    {
        using var reader = new PrefetchedRows(new RowReading.Broken(2)).Read(null);
        var (features, weights) = (new float[1], new float[1]);
        Assert.Equal(1, reader.Read(features, weights));
        Assert.Equal(1, reader.Read(features, weights));
        Assert.Throws<IOException>(() => reader.Read(features, weights));
    }

    [Fact]
    public void Training_from_a_stream_runs_epoch_after_epoch()
    {
        using var cached = new CachedRows(new RowReading.Stream(new MatrixRows(TestModels.Normals(3 * 200, 1), 3)));
        var trainer = new Trainer(VaeArchitecture.Mirrored(3, 1, 8), new TrainingOptions { Steps = 40, BatchSize = 32 });
        var result = trainer.Train(cached);
        Assert.Equal(TrainingOutcome.Completed, result.Outcome);
        Assert.True(cached.IsComplete);
    }
}
