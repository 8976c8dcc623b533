using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Rows;

/// <summary>What one pass over the rows learns, and what a stopped or broken one leaves behind.</summary>
public sealed class SurveyTests
{
    private static readonly RandomStream Random = RandomStream.FromSeed(5);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_pass_learns_what_passes_over_the_parts_would(bool isStream)
    {
        var stream = new RowReading.Stream(Toy.Rows(5000, 1));
        IRowSource rows = isStream ? stream : Toy.Rows(5000, 1);
        var split = SurveyedSplit.Of(rows, 0.2, Random, 300, 0, null);
        Assert.Equal(isStream ? 1 : 0, stream.Passes);
        var (kept, heldOut) = HeldOutSplit.Split(rows, 0.2, Random);
        var (expected, statistics) = (ColumnStatistics.Of(kept), split.Statistics);
        Assert.Equal((expected.Rows, split.Training.Count), (statistics.Rows, statistics.Rows));
        Assert.Equal(expected.Mean, statistics.Mean);
        Assert.Equal(expected.StandardDeviation, statistics.StandardDeviation);
        Assert.Equal((expected.Minimum, expected.Maximum), (statistics.Minimum, statistics.Maximum), Pairs.Comparer);
        Assert.Equal(RowsFingerprint.Of(kept).ToString(), split.Fingerprint.ToString());
        Assert.Equal(RowReading.All(kept, null, 64), RowReading.All(split.Training, null, 64));
        Assert.Equal((300, 5000), (split.Choosing.RowCount, split.Roles.Trained + split.Roles.Chose + split.Roles.Calibrated));
        Assert.Equal((split.Roles.Trained, split.Roles.Calibrated), (split.Training.Count, split.Calibration.Count));
        Assert.InRange(split.Roles.Chose, 430, 570);
        var held = RowReading.All(heldOut, null, 64).Chunk(Toy.Features).Select(r => r[0]).ToHashSet();
        float[] choosing = First(split.Choosing), calibrating = First(split.Calibration);
        Assert.Subset(held, choosing.ToHashSet());
        Assert.Subset(held, calibrating.ToHashSet());
        Assert.Empty(choosing.Intersect(calibrating));
        Assert.Equal(held.Count, split.Roles.Chose + split.Roles.Calibrated);

        static float[] First(IRowSource rows) => [.. RowReading.All(rows, null, 64).Chunk(Toy.Features).Select(r => r[0])];
    }

    [Fact]
    public void A_fingerprint_covers_every_row_its_weight_and_its_scaling()
    {
        float[] values = Toy.Rows(1000, 1).ToArray();
        string print = Print(values), again = Print(values);
        Assert.Equal(print, again);
        values[^1] = MathF.BitIncrement(values[^1]);
        Assert.NotEqual(print, Print(values));
        Assert.NotEqual(Print(values), Print([.. values[Toy.Features..], .. values[..Toy.Features]]));
        Assert.NotEqual(Print(values), Print([.. values, 0, 0, 0, 0, 0]));
        Assert.NotEqual(Print(new float[10]), Print(new float[15]));
        float[] weights = [.. Enumerable.Repeat(1f, 1000)];
        Assert.Equal(Print(values), Print(values, weights));
        weights[^1] = 2;
        Assert.NotEqual(Print(values), Print(values, weights));
        var all = RowsFingerprint.Of(new MatrixRows(values, Toy.Features));
        Assert.Equal(4, new[] { all.ToString(), all.Scaled(FeatureScaling.Identity(5), [false]), all.Scaled(FeatureScaling.Identity(5), [true]), all.Scaled(new([0, 0, 0, 0, 1], [1, 1, 1, 1, 1]), [false]) }.Distinct().Count());

        static string Print(float[] values, float[]? weights = null) => RowsFingerprint.Of(new MatrixRows(values, Toy.Features, weights)).ToString();
    }

    [Fact]
    public void Fingerprints_that_do_not_compare_tell_nothing()
    {
        string present = RowsFingerprint.Of(Toy.Rows(10, 1)).ToString();
        Assert.False(RowsFingerprint.Differ(present, present));
        Assert.True(RowsFingerprint.Differ(RowsFingerprint.Of(Toy.Rows(10, 2)).ToString(), present));
        Assert.False(RowsFingerprint.Differ("0123456789ABCDEF", present)); // of the first rows alone, as files of older versions have it
    }

    [Fact]
    public void A_statistics_pass_over_a_stream_sees_cancellation_and_closes_it()
    {
        using var stop = new CancellationTokenSource();
        var (endless, scaled) = (new Endless(stop, cancelAt: 2000), new Endless(stop, cancelAt: 0));
        Assert.Throws<OperationCanceledException>(() => ColumnStatistics.Of(endless, stop.Token));
        Assert.Throws<OperationCanceledException>(() => FeatureScaling.Fit(ScalingKind.MinMax, scaled, stop.Token));
        Assert.Equal((true, false), (endless.IsClosed, scaled.IsOpened));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_fit_that_is_cancelled_while_it_reads_stops_and_closes_the_stream(bool byToken)
    {
        using CancellationTokenSource stop = new(), flag = new();
        var rows = new Endless(byToken ? stop : flag, cancelAt: 2000);
        var control = new TrainingControl { Cancellation = stop.Token, StopRequested = () => flag.IsCancellationRequested };
        Assert.Contains("before the first step", Assert.Throws<OperationCanceledException>(() => VaeFit.Run(rows, new VaeFitOptions(), control: control)).Message, StringComparison.Ordinal);
        Assert.True(rows.IsClosed);
    }

    [Fact]
    public void A_trainer_that_counts_its_rows_sees_cancellation()
    {
        using var stop = new CancellationTokenSource();
        var rows = new Endless(stop, cancelAt: 2000);
        var trainer = new Trainer(VaeArchitecture.Mirrored(1, 1, 2), Toy.Options with { Steps = 0 });
        Assert.Throws<OperationCanceledException>(() => trainer.Train(rows, null, new TrainingControl { Cancellation = stop.Token }));
        Assert.True(rows.IsClosed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_source_that_fails_midway_is_closed(int goodReads)
    {
        var model = new VaeModel(VaeArchitecture.Mirrored(1, 1, 2), TestModels.Parameters(VaeArchitecture.Mirrored(1, 1, 2), 1), 1);
        var detector = AnomalyModel.Calibrate(new VaeFit(model, null!, RowReading.Numbers(9), null!), LossEstimator.Analytic, 0.5);
        Action<IRowSource>[] readers =
        [
            rows => ColumnStatistics.Of(rows), rows => RowsFingerprint.Of(rows), rows => RowSample.Of(rows, 2, Random), rows => VaeFit.Run(rows, new VaeFitOptions()),
            rows => VaeFit.Run(new PrefetchedRows(rows), new VaeFitOptions()), rows => new Trainer(model.Architecture, Toy.Options).Train(rows),
            rows => new Trainer(model.Architecture, Toy.Options).Train(RowReading.Numbers(9), rows), rows => PosteriorTable.Of(model, rows), rows => IsometryReport.Measure(model, rows),
            rows => detector.ScoreAll(rows), rows => { using var cached = new CachedRows(rows); cached.Read(Random); }, rows => RowReading.All(new ShuffledRows(rows), Random, 4),
        ];
        Assert.All(readers, read =>
        {
            var rows = new RowReading.Broken(goodReads);
            Assert.Equal("The disk is gone.", Assert.Throws<IOException>(() => read(rows)).Message);
            Assert.Equal((1, 1), (rows.Opened, rows.Closed));
        });
    }

    private static class Pairs
    {
        public static IEqualityComparer<(double[], double[])> Comparer { get; } = EqualityComparer<(double[], double[])>.Create((a, b) => a.Item1.SequenceEqual(b.Item1) && a.Item2.SequenceEqual(b.Item2));
    }

    private sealed class Endless(CancellationTokenSource stop, int cancelAt) : IRowSource, IRowReader
    {
        private long _read;

        public bool IsOpened { get; private set; }

        public bool IsClosed { get; private set; }

        public int FeatureCount => 1;

        public long? Count => null;

        public IRowReader Read(RandomStream? order)
        {
            IsOpened = true;
            return this;
        }

        public int Read(Span<float> features, Span<float> weights, Span<long> places)
        {
            if (_read >= cancelAt) stop.Cancel();
            for (int r = 0; r < weights.Length; r++) (features[r], weights[r], places[r]) = (_read % 7, 1, _read++);
            return weights.Length;
        }

        public void Dispose() => IsClosed = true;
    }
}
