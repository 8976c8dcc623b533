using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Detection;

/// <summary>A warm start, and a calibration on other rows.</summary>
public class RefitTests
{
    private static readonly VaeFitOptions Options = new() { LatentDimension = 2, HiddenWidths = [12], Training = Toy.Options with { Steps = 300, ValidationInterval = 50 } };

    private static readonly Lazy<AnomalyModel> First = new(() => AnomalyModel.Calibrate(VaeFit.Run(Toy.Rows(600, 1), Options, ["a", "b", "c", "d", "e"]), LossEstimator.Default, 0.05));

    [Fact]
    public void A_warm_start_keeps_scaling_and_network_and_is_ahead_of_a_cold_one()
    {
        var brief = Options with { HiddenWidths = [99], Training = Options.Training with { Steps = 40 } };
        var warm = VaeFit.Run(Toy.Rows(600, 2), brief with { StartFrom = First.Value.Vae });
        var cold = VaeFit.Run(Toy.Rows(600, 2), brief);
        Assert.Equal(First.Value.Vae.Scaling.Factors.ToArray(), warm.Model.Scaling.Factors.ToArray());
        Assert.Equal(First.Value.Vae.Architecture, warm.Model.Architecture);
        Assert.Equal(["a", "b", "c", "d", "e"], warm.Model.FeatureNames);
        Assert.True(warm.Training.BestValidationLoss < cold.Training.BestValidationLoss - 0.1, $"warm {warm.Training.BestValidationLoss}, cold {cold.Training.BestValidationLoss}");
    }

    [Fact]
    public void The_model_started_from_stays_where_training_makes_it_worse()
    {
        var fit = VaeFit.Run(Toy.Rows(600, 2), Options with { StartFrom = First.Value.Vae, Training = Options.Training with { Steps = 3, LearningRate = 5, MaximumGradientNorm = double.PositiveInfinity } });
        Assert.Equal(0, fit.Training.BestStep);
        Assert.Equal(First.Value.Vae.Parameters.Values.ToArray(), fit.Model.Parameters.Values.ToArray());
    }

    [Fact]
    public void A_resumed_warm_start_equals_an_uninterrupted_one()
    {
        var options = Options with { StartFrom = First.Value.Vae, Training = Options.Training with { CheckpointInterval = 100 } };
        var checkpoints = new List<TrainingCheckpoint>();
        var whole = VaeFit.Run(Toy.Rows(600, 2), options, control: new TrainingControl { OnCheckpoint = checkpoints.Add });
        var resumed = VaeFit.Run(Toy.Rows(600, 2), options, control: new TrainingControl { ResumeFrom = checkpoints[0] });
        Assert.Equal(whole.Model.Parameters.Values.ToArray(), resumed.Model.Parameters.Values.ToArray());
    }

    [Fact]
    public void Known_rows_and_calibration_are_those_of_the_new_rows()
    {
        var fit = VaeFit.Run(Toy.Rows(300, 2, Shift), Options with { StartFrom = First.Value.Vae });
        var second = AnomalyModel.Calibrate(fit, LossEstimator.Default, 0.05);
        Assert.Equal(270, second.Bank!.Count);
        Assert.Equal(30, second.Calibration.Scores.Count);
        // Rows that moved are strange to the first model and usual to the second.
        var moved = Toy.Rows(300, 3, Shift);
        Assert.InRange(First.Value.ScoreAll(moved).Count(s => s > First.Value.Threshold), 200, 300);
        Assert.InRange(second.ScoreAll(moved).Count(s => s > second.Threshold), 0, 60);
    }

    [Fact]
    public void Other_features_are_refused_by_name()
    {
        var start = Options with { StartFrom = First.Value.Vae };
        Assert.Contains("'a'", Assert.Throws<ArgumentException>(() => VaeFit.Run(Toy.Rows(50, 2), start, ["x", "b", "c", "d", "e"])).Message, StringComparison.Ordinal);
        Assert.Contains("5 features", Assert.Throws<ArgumentException>(() => VaeFit.Run(new MatrixRows(new float[30], 3), start)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => VaeFit.Run(Toy.Rows(50, 2), start with { Network = Toy.Architecture() }));
    }

    [Fact]
    public void Recalibration_keeps_the_promise_on_rows_that_moved_and_trains_nothing()
    {
        var model = First.Value.Recalibrate(Toy.Rows(999, 4, Shift), 0.1);
        Assert.Same(First.Value.Vae, model.Vae);
        Assert.Same(First.Value.Bank, model.Bank);
        Assert.Equal(999, model.Calibration.Scores.Count);
        double rate = model.ScoreAll(Toy.Rows(1000, 5, Shift)).Average(s => s > model.Threshold ? 1.0 : 0);
        // Beta-binomial deviation of 999 and 1,000 rows .013.
        Assert.InRange(rate, 0.06, 0.14);
        Assert.True(First.Value.ScoreAll(Toy.Rows(1000, 5, Shift)).Average(s => s > First.Value.Threshold ? 1.0 : 0) > 0.5);
    }

    [Fact]
    public void Remembered_rows_with_gaps_are_known_again()
    {
        var rows = Gaps(Toy.Rows(600, 1), 1);
        var model = AnomalyModel.Calibrate(VaeFit.Run(rows, Options), LossEstimator.Default, 0.05);
        Assert.Contains("remembers", Assert.Throws<InvalidOperationException>(() => model.Recalibrate(rows)).Message, StringComparison.Ordinal);
        Assert.Equal(600, model.Recalibrate(Gaps(Toy.Rows(600, 2), 2)).Calibration.Scores.Count);
    }

    [Fact]
    public void Rows_that_the_model_remembers_calibrate_nothing()
    {
        Assert.Contains("remembers", Assert.Throws<InvalidOperationException>(() => First.Value.Recalibrate(Toy.Rows(600, 1))).Message, StringComparison.Ordinal);
        var withoutBank = First.Value with { Bank = null };
        Assert.Equal(600, withoutBank.Recalibrate(Toy.Rows(600, 1)).Calibration.Scores.Count);
    }

    [Fact]
    public void Values_that_repeat_by_themselves_are_no_reason_to_refuse()
    {
        static MatrixRows Grid(int rows, int seed) => new(TestModels.Normals(rows * 2, seed).Select(z => MathF.Round(z)).ToArray(), 2);
        var model = AnomalyModel.Calibrate(VaeFit.Run(Grid(500, 1), Options with { LatentDimension = 1 }), LossEstimator.Analytic, 0.1);
        Assert.Equal(400, model.Recalibrate(Grid(400, 2), 0.1).Calibration.Scores.Count);
    }

    [Fact]
    public void Misuse_of_a_recalibration_is_refused()
    {
        Assert.Throws<ArgumentException>(() => First.Value.Recalibrate(new MatrixRows(new float[6], 3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => First.Value.Recalibrate(Toy.Rows(100, 9), 0));
        Assert.Throws<InvalidOperationException>(() => First.Value.Recalibrate(new MatrixRows(Enumerable.Repeat(float.NaN, 10).ToArray(), 5)));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => First.Value.Recalibrate(Toy.Rows(100, 9), 0.1, cancelled.Token));
    }

    private static void Shift(float[] values)
    {
        for (int i = 0; i < values.Length; i += Toy.Features) values[i + 4] += 4;
    }

    // In every row one value is missing.
    private static MatrixRows Gaps(MatrixRows rows, int seed)
    {
        float[] values = rows.ToArray();
        for (int r = 0; r < rows.RowCount; r++) values[(r * rows.FeatureCount) + (((r * 7) + seed) % rows.FeatureCount)] = float.NaN;
        return new MatrixRows(values, rows.FeatureCount);
    }
}
