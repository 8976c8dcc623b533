using Experiments.Chen;
using Experiments.Nakagawa;

namespace Experiments.Tests;

/// <summary>The experiments' own measures.</summary>
public class MeasureTests
{
    // Numbers of thyroid's protocol: what numpy's percentile leaves above itself.
    [Theory]
    [InlineData(1886, 0.025, 48)]
    [InlineData(226, 0.15, 34)]
    public void Flags_are_as_many_as_the_literatures(int rows, double share, int flagged)
    {
        float[] scores = [.. Enumerable.Range(0, rows).Select(r => (float)r)];
        // The highest scores are all anomalies: precision is 1, and recall tells how many were flagged.
        var found = FlaggedShare.Of(scores, [.. scores.Select(s => s >= rows - 100)], share);
        Assert.Equal(1, found.Precision);
        Assert.Equal(flagged / 100.0, found.Recall, 12);
    }

    [Fact]
    public void Halves_are_stratified_and_share_no_row()
    {
        var rows = LabelledRows.Generate(400, 3, 0.1, 1);
        var (train, test) = rows.Split(3);
        Assert.DoesNotContain(true, train.IsAnomaly);
        Assert.Equal(rows.IsAnomaly.Count(a => a) / 2, test.IsAnomaly.Count(a => a));
        Assert.Empty(train.Features.Chunk(3).Select(r => string.Join(' ', r)).Intersect(test.Features.Chunk(3).Select(r => string.Join(' ', r))));
    }

    [Fact]
    public void Geodesics_that_did_not_converge_have_no_part_in_ratios()
    {
        var some = new CurveStudy([1, 2, 100], [2, 4, 100], [0, 1, 9], [9, 1, 9], [true, true, false], [], 0);
        Assert.Equal(0.5, some.Ratio, 12);
        Assert.Equal(0, some.RatioError, 12);
        Assert.Equal((2 / 3.0, 1 / 3.0, 2 / 3.0), (some.Near, some.LinesNear, some.Converged));
        var none = ReportRow.Of("ratio", "", (some with { IsSettled = [false, false, false] }).Ratio, 0, 1);
        Assert.Equal(("–", true), (none.Ours, none.IsMissed));
        Assert.Equal(1.5, new PendulumLengths("", 0, some, [4, 5, 1000]).ManifoldRatio, 12);
    }

    [Fact]
    public void Departures_are_in_units_of_the_codes_own_distances()
    {
        var codes = new CodeNeighbours([0, 0, 2, 0, 4, 0], 2);
        Assert.Equal(1.5, codes.Departure([0, 3, 2, 3]), 12);
        Assert.Equal(0, codes.Departure([4, 0]), 12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    public void Classifier_learns_blobs(int hidden)
    {
        var random = RandomStream.FromSeed(1);
        int[] labels = [.. Enumerable.Range(0, 600).Select(r => r % ImageSet.Classes)];
        float[] rows = new float[2 * labels.Length];
        random.Normals(rows);
        for (int i = 0; i < rows.Length; i++)
            rows[i] = (0.1f * rows[i]) + (float)(i % 2 == 0 ? Math.Cos(0.2 * Math.PI * labels[i / 2]) : Math.Sin(0.2 * Math.PI * labels[i / 2]));
        var classifier = Classifier.Train(rows, labels, 2, hidden, 60, 1, 0.05f);
        Assert.True(Classifier.Accuracy(classifier.PredictAll(rows), labels) > 0.9);
    }

    [Fact]
    public void The_arms_hand_goes_round_the_circle()
    {
        const int Steps = 200;
        const double Lag = 0.02;
        float[] joints = RobotArm.Circle(Steps, 0, 1);
        double[][] hands = [.. joints.Chunk(RobotArm.Joints).Select(q => RobotArm.Hand(Array.ConvertAll(q, v => (double)v)))];
        double[] middle = [.. Enumerable.Range(0, 3).Select(c => hands.Average(h => h[c]))];
        Assert.All(hands, h => Assert.Equal(0.4, Math.Sqrt(h.Zip(middle, (a, b) => (a - b) * (a - b)).Sum()), Lag));
    }
}
