using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Rows;

public class RowSourceTests
{
    private static readonly MatrixRows Numbered = new(Enumerable.Range(0, 2000).Select(i => (i / 2) + (i % 2 * 0.5f)).ToArray(), 2, Enumerable.Range(0, 1000).Select(r => (float)r).ToArray());

    [Fact]
    public void Stored_order_and_weights_come_back_in_blocks_of_any_size()
    {
        foreach (int size in new[] { 1, 7, 1000, 5000 })
        {
            var (rows, weights) = ReadAll(Numbered, null, size);
            Assert.Equal(Numbered.ToArray(), rows);
            Assert.Equal(Enumerable.Range(0, 1000).Select(r => (float)r), weights);
        }
    }

    [Fact]
    public void A_drawn_order_moves_rows_with_their_weights_and_is_the_same_again()
    {
        var (rows, weights) = ReadAll(Numbered, RandomStream.FromSeed(1), 64);
        Assert.NotEqual(Numbered.ToArray(), rows);
        for (int r = 0; r < 1000; r++) Assert.Equal((weights[r], weights[r] + 0.5f), (rows[2 * r], rows[(2 * r) + 1]));
        Assert.Equal(Enumerable.Range(0, 1000).Select(r => (float)r), weights.Order());
        Assert.Equal(rows, ReadAll(Numbered, RandomStream.FromSeed(1), 13).Rows);
    }

    [Fact]
    public void A_subset_of_a_subset_holds_the_right_rows()
    {
        var odd = Numbered.Subset(Enumerable.Range(0, 500).Select(i => (2 * i) + 1));
        var some = odd.Subset([0, 499, 3]);
        Assert.Equal([1f, 999f, 7f], ReadAll(some, null, 2).Weights);
        Assert.Equal(999.5f, some[1][1]);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new MatrixRows(new float[5], 2));
        Assert.Throws<ArgumentException>(() => new MatrixRows(new float[6], 2, new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatrixRows(new float[6], 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Held_out_and_kept_rows_are_a_partition_that_the_seed_fixes(bool inMemory)
    {
        IRowSource rows = inMemory ? Numbered : new RowReading.Stream(Numbered);
        var (kept, heldOut) = HeldOutSplit.Split(rows, 0.2, RandomStream.FromSeed(5));
        float[] a = ReadAll(kept, null, 50).Weights, b = ReadAll(heldOut, null, 50).Weights;
        Assert.Equal(Enumerable.Range(0, 1000).Select(r => (float)r), a.Concat(b).Order());
        // A stream decides row by row: 200 ± 5 standard deviations of 12.6.
        Assert.InRange(b.Length, inMemory ? 200 : 137, inMemory ? 200 : 263);
        Assert.Equal(b, ReadAll(HeldOutSplit.Split(rows, 0.2, RandomStream.FromSeed(5)).HeldOut, null, 33).Weights);
        Assert.NotEqual(b, ReadAll(HeldOutSplit.Split(rows, 0.2, RandomStream.FromSeed(6)).HeldOut, null, 33).Weights);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(5000)]
    public void A_buffer_mixes_a_stream_without_losing_a_row_or_its_weight(int bufferRows)
    {
        var shuffled = new ShuffledRows(new RowReading.Stream(Numbered), bufferRows);
        var (rows, weights) = ReadAll(shuffled, RandomStream.FromSeed(1), 17);
        Assert.Equal(Enumerable.Range(0, 1000).Select(r => (float)r), weights.Order());
        for (int r = 0; r < 1000; r++) Assert.Equal((weights[r], weights[r] + 0.5f), (rows[2 * r], rows[(2 * r) + 1]));
        double moved = weights.Select((w, place) => Math.Abs(w - place)).Average();
        // A uniform order moves a row by a third of the set; a small buffer by about its own size.
        Assert.InRange(moved, bufferRows == 64 ? 10 : 300, bufferRows == 64 ? 100 : 367);
        Assert.Equal(weights, ReadAll(shuffled, RandomStream.FromSeed(1), 250).Weights);
        Assert.NotEqual(weights, ReadAll(shuffled, RandomStream.FromSeed(2), 17).Weights);
        Assert.Equal(Numbered.ToArray(), ReadAll(shuffled, null, 17).Rows);
    }

    [Fact]
    public void The_kept_part_of_a_stream_is_trained_on_in_random_order()
    {
        var kept = HeldOutSplit.Split(new RowReading.Stream(Numbered), 0.2, RandomStream.FromSeed(5)).Kept;
        float[] stored = ReadAll(kept, null, 50).Weights, drawn = ReadAll(kept, RandomStream.FromSeed(1), 50).Weights;
        Assert.NotEqual(stored, drawn);
        Assert.Equal(stored, drawn.Order());
    }

    [Fact]
    public void Resuming_on_a_stream_is_bit_equal_too()
    {
        IRowSource rows = HeldOutSplit.Split(new RowReading.Stream(Toy.Rows(60, 1)), 0.2, RandomStream.FromSeed(5)).Kept;
        var checkpoints = new List<TrainingCheckpoint>();
        var trainer = new Trainer(Toy.Architecture(), Toy.Options with { CheckpointInterval = 23 });
        var whole = trainer.Train(rows, null, new TrainingControl { OnCheckpoint = checkpoints.Add });
        Assert.Equal(whole.Parameters.Values, trainer.Train(rows, null, new TrainingControl { ResumeFrom = checkpoints[0] }).Parameters.Values);
    }

    [Theory]
    [InlineData(0, 0.5, 0)]
    [InlineData(1, 0.5, 0)]
    [InlineData(2, 0.01, 1)]
    [InlineData(2, 0.99, 1)]
    [InlineData(10, 0, 0)]
    public void Small_sets_keep_at_least_one_row_to_train_on(int rows, double share, int heldOut)
    {
        var (kept, held) = HeldOutSplit.Split(Toy.Rows(rows, 1), share, RandomStream.FromSeed(1));
        Assert.Equal((rows - heldOut, heldOut), (kept.Count, held.Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void Shares_outside_their_range_are_refused(double share) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => HeldOutSplit.Split(Numbered, share, RandomStream.FromSeed(1)));

    private static (float[] Rows, float[] Weights) ReadAll(IRowSource source, RandomStream? order, int size)
    {
        var (features, weights, _) = RowReading.Pass(source, order, size);
        return (features, weights);
    }
}
