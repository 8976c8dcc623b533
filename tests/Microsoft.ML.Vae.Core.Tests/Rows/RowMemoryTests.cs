namespace Microsoft.ML.Vae.Core.Tests.Rows;

public sealed class RowMemoryTests
{
    [Theory]
    [InlineData(1, 700_000, true)]
    [InlineData(3, 200_000, false)]
    [InlineData(1000, 700, true)]
    [InlineData(300_000, 3, true)]
    public void Rows_come_back_from_all_pieces(int features, int rows, bool isWeighted)
    {
        var memory = Filled(features, rows, isWeighted, long.MaxValue);
        var source = new MatrixRows(memory);
        Assert.Equal(rows, source.RowCount);
        Assert.All([0, rows / 3, rows / 2, rows - 1], r => Assert.Equal(((float)r, (float)(r + features - 1)), (source[r][0], source[r][^1])));
        var (read, weights, places) = RowReading.Pass(source, RandomStream.FromSeed(1), 100);
        Assert.Equal(Enumerable.Range(0, rows).Select(r => (long)r), places.Order());
        for (int i = 0; i < rows; i++) Assert.Equal((places[i], isWeighted ? places[i] + 1 : 1), ((long)read[i * features], (long)weights[i]));
    }

    /// <summary>Of 2 MB granted the rows take 2 MB; a list would have taken 4 on the way, and a copy for the matrix 2 more.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void No_more_bytes_are_allocated_than_were_granted(bool isWeighted)
    {
        const int Features = 10, Budget = 2 << 20;
        // Lists of pieces, headers of arrays and objects.
        const int Overhead = 4096;
        Filled(Features, 10, isWeighted, Budget);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var memory = Filled(Features, int.MaxValue, isWeighted, Budget);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(Budget / (sizeof(float) * (Features + (isWeighted ? 1 : 0))), memory.Count);
        Assert.InRange(allocated, Budget - 64, Budget + Overhead);
    }

    [Fact]
    public void Nothing_granted_nothing_held() => Assert.Equal(0, Filled(3, 5, true, 15).Count);

    [Fact]
    public void A_row_may_be_replaced()
    {
        var memory = Filled(2, 5, true, 1000);
        memory.Replace(3, [7, 8], 9);
        Assert.Equal([7, 8], memory[3].ToArray());
        Assert.Equal([1, 2, 3, 9, 5], memory.WeightsOf(0)[..5].ToArray());
    }

    private static RowMemory Filled(int features, int rows, bool isWeighted, long budget)
    {
        var memory = new RowMemory(features, isWeighted, budget);
        var row = new float[features];
        for (int r = 0; r < rows; r++)
        {
            for (int i = 0; i < features; i++) row[i] = r + i;
            if (!memory.TryAdd(row, r + 1)) break;
        }
        return memory;
    }
}
