namespace Microsoft.ML.Vae.Core.Tests.Rows;

public sealed class CachedRowsTests : IDisposable
{
    private const int Rows = 1000;

    private readonly string _folder = Directory.CreateTempSubdirectory("mlvae-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_second_pass_reads_the_file_and_gives_the_same_rows()
    {
        var stream = new RowReading.Stream(Rows);
        using var cached = new CachedRows(stream, _folder);
        float[] first = RowReading.All(cached, null, 37);
        Assert.True(cached.IsComplete);
        Assert.Equal(Rows, cached.Count);
        Assert.Equal(first, RowReading.All(cached, null, 64));
        Assert.Equal(1, stream.Passes);
    }

    [Fact]
    public void Weights_are_kept()
    {
        using var cached = new CachedRows(new RowReading.Stream(3), _folder);
        RowReading.All(cached, null, 8);
        var (features, weights) = (new float[8], new float[8]);
        using var reader = cached.Read(null);
        Assert.Equal(3, reader.Read(features, weights));
        Assert.Equal([0.5f, 1.5f, 2.5f], weights[..3]);
    }

    [Fact]
    public void Shuffled_passes_hold_every_row_once_and_mix_the_whole_file()
    {
        using var cached = new CachedRows(new RowReading.Stream(100_000), _folder);
        float[] first = RowReading.All(cached, RandomStream.FromSeed(1), 128), second = RowReading.All(cached, RandomStream.FromSeed(2), 128);
        Assert.Equal(Enumerable.Range(0, 100_000).Select(i => (float)i), first.Order());
        Assert.Equal(first.Order(), second.Order());
        Assert.Equal(second, RowReading.All(cached, RandomStream.FromSeed(2), 128));
        double early = second.Take(1000).Average(); // of the whole file: 50,000 ± 900
        Assert.InRange(early, 40_000, 60_000);
    }

    [Fact]
    public void A_pass_that_stops_early_caches_nothing()
    {
        var stream = new RowReading.Stream(Rows);
        using var cached = new CachedRows(stream, _folder);
        using (var reader = cached.Read(null)) reader.Read(new float[10], new float[10]);
        Assert.False(cached.IsComplete);
        Assert.Equal(Rows, RowReading.All(cached, null, 100).Length);
        Assert.Equal(2, stream.Passes);
    }

    [Fact]
    public void No_file_outlives_its_use()
    {
        using (var cached = new CachedRows(new RowReading.Stream(Rows), _folder)) RowReading.All(cached, null, 100);
        Assert.Empty(Directory.GetFiles(_folder));
        using (var broken = new CachedRows(new RowReading.Broken(5), _folder)) Assert.Throws<IOException>(() => RowReading.All(broken, null, 4));
        Assert.Empty(Directory.GetFiles(_folder));
    }
}
