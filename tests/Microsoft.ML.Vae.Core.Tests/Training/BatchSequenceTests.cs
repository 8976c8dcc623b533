using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Training;

public sealed class BatchSequenceTests
{
    [Fact]
    public void An_epoch_is_cut_into_batches_of_nearly_equal_size_that_hold_every_row_once()
    {
        var rows = new MatrixRows(Enumerable.Range(0, 129).Select(i => (float)i).ToArray(), 1);
        using var batches = new BatchSequence(rows, 1, 128, RandomStream.FromSeed(1), default);
        Minibatch first = batches.Next(), copy = first with { Features = first.Features.ToArray() }, second = batches.Next();
        Assert.Equal((65, 64), (first.Count, second.Count));
        Assert.Equal(Enumerable.Range(0, 129).Select(i => (float)i), copy.Features.ToArray().Concat(second.Features.ToArray()).Order());
        Assert.Equal(new TrainingPlace(2, 0, 2), batches.Place);
        batches.Next();
        Assert.Equal(new TrainingPlace(3, 1, 1), batches.Place);
    }

    /// <summary>Ten passes are so many batches only if each is full.</summary>
    [Fact]
    public void Batches_of_a_stream_are_filled_however_few_rows_a_read_gives()
    {
        using var batches = new BatchSequence(new CountedRows(new Dribble(Toy.Rows(129, 1)), 129), 1, 128, RandomStream.FromSeed(1), default);
        Assert.Equal([65, 64, 65, 64], Enumerable.Range(0, 4).Select(_ => batches.Next().Count));
        Assert.Equal(new TrainingPlace(4, 1, 2), batches.Place);
    }

    [Fact]
    public void A_batch_drawn_ahead_is_the_batch_drawn_late_and_leaves_the_one_in_use_alone()
    {
        var rows = Toy.Rows(37, 1);
        using BatchSequence late = new(rows, 2, 8, RandomStream.FromSeed(1), default), early = new(rows, 2, 8, RandomStream.FromSeed(1), default);
        for (int i = 0; i < 12; i++)
        {
            Minibatch expected = late.Next(), actual = early.Next();
            early.Prepare();
            early.Prepare();
            Assert.Equal(expected.Features.ToArray(), actual.Features.ToArray());
            Assert.Equal(expected.Noise.ToArray(), actual.Noise.ToArray());
            Assert.Equal(expected.Weights.ToArray(), actual.Weights.ToArray());
            Assert.Equal(late.Place, early.Place);
        }
    }

    [Fact]
    public void A_source_that_fails_ahead_of_time_fails_where_its_batch_is_asked_for()
    {
        using var batches = new BatchSequence(new BrokenRows(goodReads: 1), 1, 2, RandomStream.FromSeed(1), default);
        batches.Next();
        batches.Prepare();
        Assert.Equal("The disk is gone.", Assert.Throws<IOException>(() => batches.Next()).Message);
    }

    [Fact]
    public void A_source_that_fails_on_the_way_to_a_resumed_place_is_closed()
    {
        var rows = new BrokenRows(goodReads: 1);
        Assert.Throws<IOException>(() =>
        {
            using var batches = new BatchSequence(rows, 1, 2, RandomStream.FromSeed(1), new TrainingPlace(2, 0, 2));
            batches.Next();
        });
        Assert.True(rows.IsClosed);
    }

    private sealed class Dribble(IRowSource rows) : IRowSource
    {
        public int FeatureCount => rows.FeatureCount;

        public long? Count => null;

        public IRowReader Read(RandomStream? order) => new Reader(rows.Read(order));

        private sealed class Reader(IRowReader inner) : IRowReader
        {
            private int _reads;

            public int Read(Span<float> features, Span<float> weights, Span<long> places) => inner.Read(features, weights[..Math.Min(weights.Length, 1 + (_reads++ % 9))], places);

            public void Dispose() => inner.Dispose();
        }
    }

    private sealed class BrokenRows(int goodReads) : IRowSource, IRowReader
    {
        private int _reads;

        public bool IsClosed { get; private set; }

        public int FeatureCount => 1;

        public long? Count => 4;

        public IRowReader Read(RandomStream? order) => this;

        public int Read(Span<float> features, Span<float> weights, Span<long> places) =>
            _reads++ < goodReads ? weights.Length : throw new IOException("The disk is gone.");

        public void Dispose() => IsClosed = true;
    }
}
