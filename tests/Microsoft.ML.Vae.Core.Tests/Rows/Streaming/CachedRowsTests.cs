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

    /// <summary>The order must not depend on what was read before, or the same seed would not give the same bits.</summary>
    [Fact]
    public void A_shuffled_pass_before_any_other_has_the_order_of_later_ones()
    {
        var stream = new RowReading.Stream(100_000);
        using var cached = new CachedRows(stream, _folder);
        float[] first = RowReading.All(cached, RandomStream.FromSeed(1), 128);
        Assert.Equal(first, RowReading.All(cached, RandomStream.FromSeed(1), 64));
        Assert.Equal(1, stream.Passes);
    }

    [Fact]
    public void The_kept_part_of_a_split_is_mixed_over_the_whole_file()
    {
        using var cached = new CachedRows(new RowReading.Stream(100_000), _folder);
        var split = SurveyedSplit.Of(cached, 0.2, RandomStream.FromSeed(5), 100, 0, null);
        float[] kept = RowReading.All(split.Training, RandomStream.FromSeed(2), 128);
        Assert.Equal(split.Training.Count, kept.Length);
        Assert.Equal(kept.Order(), RowReading.All(split.Training, null, 128));
        // A buffer of 16,384 rows in stored order would begin with a mean of 8,000. Of the whole file, 80 blocks of it: 50,000 ± 3,200.
        Assert.InRange(kept.Take(1000).Average(), 37_000, 63_000);
    }

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(0)]
    public void Blocks_that_are_full_or_not_come_back(int rows)
    {
        using var cached = new CachedRows(new RowReading.Stream(rows), _folder);
        var (features, weights, places) = RowReading.Pass(cached, null, 100);
        var again = RowReading.Pass(cached, null, 33);
        Assert.Equal((rows, true), (features.Length, cached.IsComplete));
        Assert.Equal(features, again.Features);
        Assert.Equal(weights, again.Weights);
        Assert.Equal(places, again.Places);
        Assert.Equal(features, RowReading.All(cached, RandomStream.FromSeed(1), 17).Order());
    }

    [Fact]
    public void Places_of_a_selection_are_kept()
    {
        IRowSource stream = new RowReading.Stream(Rows);
        using var cached = new CachedRows(stream.Where(place => place % 3 == 0), _folder);
        RowReading.All(cached, null, 100);
        Assert.True(cached.IsComplete);
        Assert.Equal(Enumerable.Range(0, 334).Select(i => 3L * i), RowReading.Pass(cached, null, 100).Places);
    }

    [Fact]
    public void A_later_pass_takes_the_writing_over()
    {
        using var cached = new CachedRows(new RowReading.Stream(Rows), _folder);
        float[] expected = [.. Enumerable.Range(0, Rows).Select(i => (float)i)], features = new float[Rows], weights = new float[Rows];
        using var early = cached.Read(null);
        early.Read(features.AsSpan(0, 300), weights.AsSpan(0, 300));
        Assert.Equal(expected, RowReading.All(cached, null, 77));
        Assert.Equal(Rows - 300, early.Read(features.AsSpan(300), weights.AsSpan(300)));
        Assert.Equal(expected, features);
        Assert.Equal(0, early.Read(features, weights));
        Assert.Equal(expected, RowReading.All(cached, null, 77));
    }

    /// <summary>The file has no name, but on Linux its descriptor has.</summary>
    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_broken_file_throws_and_gives_no_rows(bool isCut)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The cache file of another system cannot be opened a second time.");
        using var cached = new CachedRows(new RowReading.Stream(Rows), _folder);
        RowReading.All(cached, null, 100);
        string descriptor = Directory.EnumerateFiles("/proc/self/fd").Single(f => new FileInfo(f).LinkTarget?.StartsWith(_folder, StringComparison.Ordinal) == true);
        using (var file = new FileStream(descriptor, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            if (isCut) file.SetLength(file.Length - 1);
            file.Position = file.Length - 100;
            int old = file.ReadByte();
            file.Position = file.Length - 100;
            if (!isCut) file.WriteByte((byte)(old ^ 4));
        }
        using var reader = cached.Read(null);
        var (features, weights) = (new float[768], new float[768]);
        Assert.Equal(768, reader.Read(features, weights)); // three sound blocks
        Assert.ThrowsAny<Exception>(() => reader.Read(features, weights));
        var error = Record.Exception(() => RowReading.All(cached, RandomStream.FromSeed(1), 100));
        Assert.IsType(isCut ? typeof(EndOfStreamException) : typeof(InvalidDataException), error);
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
