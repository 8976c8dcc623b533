using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Detection;

public class DetectionMetricsTests
{
    private const double Double = 1e-12;

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Oracle.Read("detection").GetProperty("cases").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Cases))]
    public void All_agree_with_scikit_learn_also_with_ties(int index)
    {
        var c = Oracle.Read("detection").GetProperty("cases")[index];
        var metrics = DetectionMetrics.Compute(c.Singles("scores"), c.Flags("labels"), c.Flags("flagged"));
        Assert.Equal(c.Number("auroc"), metrics.AreaUnderRocCurve, Double);
        Assert.Equal(c.Number("average_precision"), metrics.AveragePrecision, Double);
        if (c.GetProperty("f1_at_count").ValueKind == System.Text.Json.JsonValueKind.Number) Assert.Equal(c.Number("f1_at_count"), metrics.F1AtCount, Double);
        Assert.Equal(c.Number("precision"), metrics.Precision, Double);
        Assert.Equal(c.Number("recall"), metrics.Recall, Double);
        Assert.Equal(c.Number("f1"), metrics.F1, Double);
    }

    [Fact]
    public void Order_of_the_rows_does_not_matter()
    {
        var c = Oracle.Read("detection").GetProperty("cases")[1];
        float[] scores = c.Singles("scores");
        bool[] labels = c.Flags("labels");
        int[] order = RandomStream.FromSeed(1).Permutation(scores.Length);
        var (one, other) = (DetectionMetrics.Compute(scores, labels), DetectionMetrics.Compute([.. order.Select(i => scores[i])], [.. order.Select(i => labels[i])]));
        Assert.Equal((one.AreaUnderRocCurve, one.AveragePrecision, one.F1AtCount), (other.AreaUnderRocCurve, other.AveragePrecision, other.F1AtCount));
    }

    /// <summary>Three rows tie for two places: each is flagged with probability 2/3.</summary>
    [Fact]
    public void Ties_at_the_count_are_expected_by_chance() =>
        Assert.Equal(2.0 / 3, DetectionMetrics.Compute([1, 1, 1, 0], [true, true, false, false]).F1AtCount, Double);

    [Fact]
    public void All_scores_equal_is_chance()
    {
        var metrics = DetectionMetrics.Compute(new float[10], [.. Enumerable.Range(0, 10).Select(i => i < 3)]);
        Assert.Equal((0.5, 0.3), (metrics.AreaUnderRocCurve, metrics.AveragePrecision));
    }

    [Fact]
    public void NaN_is_dropped_and_counted_and_infinity_ranks()
    {
        var metrics = DetectionMetrics.Compute([float.NaN, float.PositiveInfinity, 1, float.NegativeInfinity, float.NaN], [true, true, false, false, false], [true, true, true, false, true]);
        Assert.Equal((2, 1, 2), (metrics.Dropped, metrics.Anomalies, metrics.Normals));
        Assert.Equal((1.0, 1.0, 0.5, 0.5), (metrics.AreaUnderRocCurve, metrics.AveragePrecision, metrics.Precision, metrics.FalseAlarmRate));
    }

    [Fact]
    public void Without_decisions_their_metrics_are_NaN()
    {
        var metrics = DetectionMetrics.Compute([2, 1], [true, false]);
        Assert.All([metrics.Precision, metrics.Recall, metrics.F1, metrics.FalseAlarmRate], v => Assert.Equal(double.NaN, v));
    }

    [Fact]
    public void Nothing_flagged_is_no_precision_and_no_recall()
    {
        var metrics = DetectionMetrics.Compute([2, 1], [true, false], [false, false]);
        Assert.Equal((double.NaN, 0.0, 0.0, 0.0), (metrics.Precision, metrics.Recall, metrics.F1, metrics.FalseAlarmRate));
    }

    [Fact]
    public void One_class_alone_or_other_lengths_are_refused()
    {
        Assert.Contains("both classes", Assert.Throws<InvalidOperationException>(() => DetectionMetrics.Compute([1, 2], [true, true])).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => DetectionMetrics.Compute([float.NaN, 2], [true, false]));
        Assert.Throws<ArgumentException>(() => DetectionMetrics.Compute([1, 2], [true]));
        Assert.Throws<ArgumentException>(() => DetectionMetrics.Compute([1, 2], [true, false], [true]));
    }

    /// <summary>Unit-variance normals one and a half apart: the true AUROC is Φ(1.5/√2).</summary>
    [Fact]
    public void Bootstrap_intervals_cover_the_true_value_about_as_often_as_they_say()
    {
        const double Truth = 0.8555778168267576;
        const int Repeats = 100;
        int covered = 0;
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            float[] scores = TestModels.Normals(120, 500 + repeat);
            for (int i = 0; i < 40; i++) scores[i] += 1.5f;
            var interval = BootstrapInterval.Of(scores, [.. scores.Select((_, i) => i < 40)], m => m.AreaUnderRocCurve, samples: 100);
            Assert.True(interval.Low < interval.High);
            if (interval.Low <= Truth && Truth <= interval.High) covered++;
        }
        // 95 % nominal; a percentile bootstrap of 120 rows undercovers by a few points.
        Assert.InRange(covered, 86, 100);
    }

    [Fact]
    public void A_bootstrap_with_NaN_scores_resamples_the_others()
    {
        float[] scores = [float.NaN, float.NaN, float.NaN, 2, 1, 0];
        var interval = BootstrapInterval.Of(scores, [true, true, true, true, false, false], m => m.AreaUnderRocCurve);
        Assert.Equal(new BootstrapInterval(1, 1), interval);
    }

    /// <summary>Few distinct scores, so that groups of equal ones are drawn several times over.</summary>
    [Fact]
    public void A_bootstrap_measures_what_its_picked_rows_would_measure()
    {
        const int Samples = 20;
        float[] scores = [.. TestModels.Normals(60, 9).Select(v => MathF.Round(2 * v))];
        bool[] isAnomaly = [.. scores.Select((_, i) => i % 4 == 0)];
        int[] anomalies = [.. Enumerable.Range(0, 60).Where(i => isAnomaly[i])], normals = [.. Enumerable.Range(0, 60).Where(i => !isAnomaly[i])];
        double[] precisions = [.. Enumerable.Range(0, Samples).Select(s =>
        {
            var random = RandomStream.FromSeed(3).Split((ulong)s);
            int[] picks = [.. Picks(anomalies, random.Split(0)), .. Picks(normals, random.Split(1))];
            return DetectionMetrics.Compute([.. picks.Select(i => scores[i])], [.. picks.Select(i => isAnomaly[i])]).AveragePrecision;
        }).Order()];
        var intervals = BootstrapInterval.Of(scores, isAnomaly, [m => m.AveragePrecision, m => m.AreaUnderRocCurve], Samples, coverage: 1, seed: 3);
        Assert.Equal(new BootstrapInterval(precisions[0], precisions[^1]), intervals[0]);
        Assert.Equal(BootstrapInterval.Of(scores, isAnomaly, m => m.AreaUnderRocCurve, Samples, coverage: 1, seed: 3), intervals[1]);

        static IEnumerable<int> Picks(int[] rows, RandomStream random) => rows.Select((_, i) => rows[(int)(random.Uniform(i) * rows.Length)]);
    }
}
