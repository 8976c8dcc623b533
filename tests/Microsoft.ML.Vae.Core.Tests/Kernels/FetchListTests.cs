namespace Microsoft.ML.Vae.Core.Tests.Kernels;

public sealed unsafe class FetchListTests
{
    private const int LineBytes = 64;

    [Fact]
    public void Lines_of_all_places_are_taken_in_turn_and_then_none()
    {
        var list = new FetchList((1000 * LineBytes, 40), (0, 0), (2000 * LineBytes, 16)); // three lines, none, one
        for (int round = 0; round < 2; round++)
        {
            list.Restart();
            Assert.Equal([1000, 1002, 2000], new[] { Taken(list), Taken(list), Taken(list) });
            Assert.True(list.Take(2) == null);
        }
    }

    [Theory]
    [InlineData(784, 200)]
    [InlineData(200, 784)]
    [InlineData(121, 60)]
    [InlineData(3, 8)]
    public void Parts_of_a_matrix_cover_it_once(int steps, int columns)
    {
        var matrix = new PackedMatrix<Lanes128>(steps, columns, hasTranspose: true);
        var times = new int[matrix.Layout.Length];
        foreach (var range in matrix.Ranges())
            foreach (ref int t in times.AsSpan(matrix.Offset(range), matrix.Length(range))) t++;
        Assert.All(times, t => Assert.Equal(1, t));
    }

    [Theory]
    [InlineData(784, 200)]
    [InlineData(200, 784)]
    [InlineData(121, 60)]
    [InlineData(3, 8)]
    public void What_is_fetched_of_the_transpose_is_what_a_part_writes_there(int steps, int columns)
    {
        AssertRuns<Lanes128>(steps, columns);
        AssertRuns<Lanes256>(steps, columns);
        AssertRuns<Lanes512>(steps, columns);
    }

    // Runs are padded to whole registers, as the panels are.
    private static void AssertRuns<T>(int steps, int columns) where T : unmanaged, ILanes<T>
    {
        var matrix = new PackedMatrix<T>(steps, columns, hasTranspose: true);
        var transpose = new PanelLayout(columns, steps, T.Count, T.TileColumns);
        int[] fetchedBy = new int[transpose.Length];
        int part = 0, twice = 0, missed = 0;
        foreach (var range in matrix.Ranges())
        {
            part++;
            foreach (var (first, floats) in matrix.TransposedRuns(range))
            {
                twice += floats - fetchedBy.AsSpan(first, floats).Count(0);
                fetchedBy.AsSpan(first, floats).Fill(part);
            }
            int from = matrix.Layout.FirstColumn(range.Panel), to = Math.Min(columns, from + matrix.Layout.Width(range.Panel));
            for (int column = from; column < to; column++)
                for (int step = range.First; step < range.Last; step++) missed += fetchedBy[transpose.Index(column, step)] == part ? 0 : 1;
        }
        Assert.Equal((0, 0), (missed, twice));
    }

    private static int Taken(FetchList list) => (int)((nint)list.Take(2) / LineBytes);
}
