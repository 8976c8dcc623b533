using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Drift;

public class ColumnWatchTests
{
    private static readonly VaeModel Model = TestModels.Model(Toy.Architecture());

    [Fact]
    public void Distances_are_those_of_the_two_distribution_functions()
    {
        Assert.Equal(0, KolmogorovSmirnov.Distance([1, 2, 3], [1, 2, 3]));
        Assert.Equal(1, KolmogorovSmirnov.Distance([1, 2], [3, 4, 5]));
        Assert.Equal(0.5, KolmogorovSmirnov.Distance([1, 2, 3, 4], [3, 4, 5, 6]));
        // Half of the values have gone missing.
        Assert.Equal(0.5, KolmogorovSmirnov.Distance([1, 2, 3, 4], [float.NaN, float.NaN, 2, 3]));
    }

    /// <summary>Quantiles of Kolmogorov's distribution, Smirnov 1948: K(1.3581) = .95, K(1.6276) = .99.</summary>
    [Theory]
    [InlineData(1.3581, 0.05)]
    [InlineData(1.6276, 0.01)]
    public void P_values_tend_to_those_of_the_tables(double quantile, double p) => Assert.Equal(p, KolmogorovSmirnov.PValue(quantile / 1000, 2_000_000, 2_000_000), 3);

    [Fact]
    public void No_column_is_named_while_none_moves()
    {
        const int Streams = 60;
        var options = new DriftOptions { FalseAlarmProbability = 0.1, WindowRows = 100 };
        int alarms = Enumerable.Range(0, Streams).Count(s =>
        {
            var watch = new ColumnWatch(Model, Toy.Rows(300, 2000 + s), options);
            Fill(watch, Toy.Rows(2000, 3000 + s));
            return watch.Moved.Count > 0;
        });
        // .1 of sixty streams, and three standard errors.
        Assert.InRange(alarms, 0, 13);
    }

    [Fact]
    public void The_column_that_moved_is_named_and_no_other()
    {
        var watch = new ColumnWatch(Model, Toy.Rows(1000, 1));
        Fill(watch, Toy.Rows(2000, 2));
        Assert.Empty(watch.Moved);
        Fill(watch, Toy.Rows(500, 3, values => { for (int r = 0; r < 500; r++) values[(r * 5) + 3] += 0.8f; }));
        var moved = Assert.Single(watch.Moved.Values);
        Assert.Equal(("f3", 2500L), (moved.Column, moved.EndRow));
        Assert.InRange(moved.Now - moved.Before, 0.5, 1.1);
        Assert.Equal("f3", watch.Columns[0].Column);
    }

    [Fact]
    public void Values_that_begin_to_be_missing_are_a_change()
    {
        var watch = new ColumnWatch(Model, Toy.Rows(1000, 1));
        Fill(watch, Toy.Rows(500, 2, values => { for (int r = 0; r < 500; r += 3) values[(r * 5) + 1] = float.NaN; }));
        Assert.Equal(["f1"], watch.Moved.Keys);
    }

    [Fact]
    public void A_monitor_tells_of_scores_and_of_columns()
    {
        var model = AnomalyModel.Calibrate(VaeFit.Run(Toy.Rows(1000, 1), new VaeFitOptions { LatentDimension = 2, HiddenWidths = [12], Training = Toy.Options }), LossEstimator.Analytic, 0.05);
        var monitor = new DriftMonitor(model, Toy.Rows(500, 4));
        Feed(Toy.Rows(1000, 5));
        Assert.False(monitor.Report().HasDrifted);
        Feed(Toy.Rows(500, 6, values => { for (int r = 0; r < 500; r++) values[(r * 5) + 4] += 2; }));
        var report = monitor.Report();
        Assert.InRange(report.AlarmRow!.Value, 1001, 1200);
        Assert.Equal("f4", Assert.Single(report.Moved).Column);
        Assert.Equal((1500L, 1500L), (report.Rows, report.Scored));

        void Feed(MatrixRows rows)
        {
            var (scores, values) = (model.ScoreAll(rows), rows.ToArray());
            for (int r = 0; r < rows.RowCount; r++) monitor.Add(scores[r], values.AsSpan(r * Toy.Features, Toy.Features));
        }
    }

    [Fact]
    public void Misuse_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new ColumnWatch(Model, new MatrixRows(new float[6], 3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ColumnWatch(Model, Toy.Rows(10, 1), new DriftOptions { FalseAlarmProbability = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ColumnWatch(Model, Toy.Rows(10, 1), new DriftOptions { WindowRows = 1 }));
        var watch = new ColumnWatch(Model, Toy.Rows(10, 1));
        Assert.Contains("5 features, got 6", Assert.Throws<ArgumentException>(() => watch.Add(new float[6])).Message, StringComparison.Ordinal);
        Assert.Contains("5 features, got 4", Assert.Throws<ArgumentException>(() => watch.Add(new float[4])).Message, StringComparison.Ordinal);
    }

    private static void Fill(ColumnWatch watch, MatrixRows rows)
    {
        float[] values = rows.ToArray();
        for (int r = 0; r < rows.RowCount; r++) watch.Add(values.AsSpan(r * rows.FeatureCount, rows.FeatureCount));
    }
}
