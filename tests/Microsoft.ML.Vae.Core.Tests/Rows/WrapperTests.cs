namespace Microsoft.ML.Vae.Core.Tests.Rows;

/// <summary>Whatever is put around rows, their number, places, order and selections come through.</summary>
public sealed class WrapperTests
{
    private const int Rows = 1000;

    private static readonly FeatureScaling Doubling = new([0f], [2f]);

    public static TheoryData<string> Wrappers { get; } = new("matrix", "scaled", "wrapped", "prefetched", "shuffled", "counted", "cached", "selected", "all");

    [Theory]
    [MemberData(nameof(Wrappers))]
    public void Places_stay_with_their_rows_in_every_order(string name)
    {
        var rows = Wrap(name, RowReading.Numbers(Rows));
        float factor = Factor(name);
        foreach (var order in new RandomStream?[] { null, RandomStream.FromSeed(1), RandomStream.FromSeed(2) })
        {
            var (features, weights, places) = RowReading.Pass(rows, order, 37);
            Assert.Equal(Enumerable.Range(0, Rows).Select(i => (long)i), places.Order());
            Assert.Equal(order is null, places.SequenceEqual(places.Order()));
            Assert.Equal(places.Select(p => factor * p), features);
            Assert.Equal(places.Select(p => p + 0.5f), weights);
        }
    }

    [Theory]
    [MemberData(nameof(Wrappers))]
    public void The_same_stream_gives_the_same_order_with_and_without_places(string name)
    {
        var rows = Wrap(name, RowReading.Numbers(Rows));
        float[] first = RowReading.All(rows, RandomStream.FromSeed(1), 37), features = new float[Rows], weights = new float[Rows];
        using var reader = rows.Read(RandomStream.FromSeed(1));
        Assert.Equal(Rows, reader.Fill(features, weights));
        Assert.Equal(first, features);
        Assert.Equal(0, reader.Fill(features, weights));
        Assert.NotEqual(first, RowReading.All(rows, RandomStream.FromSeed(2), 37));
    }

    [Theory]
    [MemberData(nameof(Wrappers))]
    public void Selections_of_selections_come_through(string name)
    {
        var rows = Wrap(name, RowReading.Numbers(Rows)).Where(place => place % 2 == 1).Where(place => place % 3 == 0);
        float factor = Factor(name);
        long[] expected = [.. Enumerable.Range(0, Rows).Where(i => i % 6 == 3).Select(i => (long)i)];
        foreach (var order in new RandomStream?[] { null, RandomStream.FromSeed(1) })
        {
            var (features, _, places) = RowReading.Pass(rows, order, 37);
            Assert.Equal(expected, places.Order());
            Assert.Equal(places.Select(p => factor * p), features);
            Assert.Equal(order is null, places.SequenceEqual(expected));
        }
    }

    /// <summary>In memory the share is exact, however many wrappers are in between; a stream draws by the hash of a place, however many are.</summary>
    [Theory]
    [MemberData(nameof(Wrappers))]
    public void A_split_is_the_split_of_the_rows_inside(string name)
    {
        foreach (var inner in new IRowSource[] { RowReading.Numbers(Rows), new RowReading.Stream(Rows) })
        {
            long[] expected = HeldOut(inner), actual = HeldOut(Wrap(name, inner));
            Assert.Equal(expected, actual);
            if (inner.IsInMemory) Assert.Equal(200, actual.Length);
        }

        static long[] HeldOut(IRowSource rows) => RowReading.Pass(HeldOutSplit.Split(rows, 0.2, RandomStream.FromSeed(5)).HeldOut, null, 64).Places;
    }

    [Theory]
    [MemberData(nameof(Wrappers))]
    public void Number_and_memory_are_those_of_the_rows_inside(string name)
    {
        var rows = Wrap(name, RowReading.Numbers(Rows));
        Assert.Equal(name != "cached", rows.IsInMemory);
        Assert.Equal(name is "selected" ? null : Rows, rows.Count);
        Assert.False(Wrap(name, new RowReading.Stream(Rows)).IsInMemory);
    }

    [Fact]
    public void A_selection_fills_its_batches()
    {
        IRowSource rows = new RowReading.Stream(Rows);
        var (features, weights, places) = (new float[64], new float[64], new long[64]);
        using var reader = rows.Where(place => place % 10 == 0).Read(null);
        Assert.Equal([64, 36, 0], Enumerable.Range(0, 3).Select(_ => reader.Read(features, weights, places)));
    }

    [Fact]
    public void Rows_that_were_counted_must_stay_as_many()
    {
        var error = Assert.Throws<EndOfStreamException>(() => RowReading.All(new CountedRows(RowReading.Numbers(9), 10), null, 4));
        Assert.Contains("10 rows in one pass and 9 in another", error.Message, StringComparison.Ordinal);
        using var partly = new CountedRows(RowReading.Numbers(9), 10).Read(null);
        Assert.Equal(4, partly.Read(new float[4], new float[4]));
    }

    private static float Factor(string name) => name is "scaled" or "all" ? 2 : 1;

    private static IRowSource Wrap(string name, IRowSource rows) => name switch
    {
        "matrix" => rows,
        "scaled" => Doubling.Scale(rows),
        "wrapped" => new WrappedRows(rows, reader => reader),
        "prefetched" => new PrefetchedRows(rows),
        "shuffled" => new ShuffledRows(rows),
        "counted" => new CountedRows(rows, Rows),
        "cached" => new CachedRows(rows),
        "selected" => new SelectedRows(rows, _ => true),
        "all" => new PrefetchedRows(new CountedRows(Doubling.Scale(new WrappedRows(new ShuffledRows(rows), reader => reader)), Rows)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };
}
