namespace Microsoft.ML.Vae.Core.Tests.Rows;

public sealed class RowDrawTests
{
    [Fact]
    public void Every_place_is_as_likely_as_any_other()
    {
        const int Places = 50, Drawn = 10, Draws = 2000;
        var counts = new int[Places];
        for (int seed = 0; seed < Draws; seed++)
            foreach (float value in Sample(Places, Drawn, seed)) counts[(int)value]++;
        // Each count is binomial, 400 ± 17.9; 50 of them stay within 4 deviations in 99.7 % of cases, and the seeds are fixed.
        Assert.All(counts, c => Assert.InRange(c, 400 - 72, 400 + 72));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(3000)]
    public void As_many_as_asked_for_are_drawn_or_all_in_stored_order(int rows)
    {
        float[] sample = Sample(rows, 100, 1);
        Assert.Equal(Math.Min(rows, 100), sample.Length);
        Assert.Equal(sample.Distinct().Order(), sample);
    }

    [Fact]
    public void The_draw_depends_on_places_and_seed_alone()
    {
        float[] sample = Sample(3000, 100, 1);
        Assert.Equal(sample, Sample(3000, 100, 1));
        Assert.NotEqual(sample, Sample(3000, 100, 2));
        // One row a read; and in another order, from which the places are sought.
        Assert.Equal(sample, RowReading.All(RowSample.Of(new Slow(RowReading.Numbers(3000)), 100, RandomStream.FromSeed(1)), null, 50));
        Assert.Equal(sample, RowReading.All(RowSample.Of(new Slow(RowReading.Numbers(3000).Subset(Enumerable.Range(0, 3000).Reverse())), 100, RandomStream.FromSeed(1)), null, 50).Order());
    }

    [Fact]
    public void Weights_are_drawn_with_their_rows()
    {
        var (features, weights, _) = RowReading.Pass(RowSample.Of(new RowReading.Stream(500), 20, RandomStream.FromSeed(1)), null, 7);
        Assert.Equal(features.Select(f => f + 0.5f), weights);
    }

    [Fact]
    public void Rows_known_to_be_few_enough_are_not_copied()
    {
        var rows = RowReading.Numbers(100);
        Assert.Same(rows, RowSample.Of(rows, 100, RandomStream.FromSeed(1)));
        Assert.NotSame(rows, RowSample.Of(rows, 99, RandomStream.FromSeed(1)));
    }

    private static float[] Sample(int rows, int drawn, int seed) => RowReading.All(RowSample.Of(new RowReading.Stream(rows), drawn, RandomStream.FromSeed(seed)), null, 64);

    private sealed class Slow(IRowSource rows) : IRowSource
    {
        public int FeatureCount => rows.FeatureCount;

        public long? Count => null;

        public IRowReader Read(RandomStream? order) => new Reader(rows.Read(order));

        private sealed class Reader(IRowReader inner) : IRowReader
        {
            public int Read(Span<float> features, Span<float> weights, Span<long> places) => inner.Read(features[..1], weights[..1], places.IsEmpty ? places : places[..1]);

            public void Dispose() => inner.Dispose();
        }
    }
}
