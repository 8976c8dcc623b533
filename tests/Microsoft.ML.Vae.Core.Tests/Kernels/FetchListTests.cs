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

    private static int Taken(FetchList list) => (int)((nint)list.Take(2) / LineBytes);
}
