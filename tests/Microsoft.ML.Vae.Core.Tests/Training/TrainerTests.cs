using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Training;

public class TrainerTests
{
    [Fact]
    public void Training_lowers_the_loss_and_reports_a_line_per_interval()
    {
        var log = new ProgressLog();
        var options = Toy.Options with { Steps = 300 };
        var result = new Trainer(Toy.Architecture(), options).Train(Toy.Rows(200, 1), Toy.Rows(50, 2), new TrainingControl { Progress = log });
        Assert.Equal(TrainingOutcome.Completed, result.Outcome);
        Assert.Equal(result.History, log.Lines);
        Assert.Equal([.. Enumerable.Range(1, 42).Select(i => 7L * i), 300L], log.Lines.Select(l => l.Step));
        Assert.True(log.Lines[^1].TrainingLoss < log.Lines[0].TrainingLoss - 1);
        Assert.All(log.Lines, l => Assert.True(l.ValidationLoss is { } v && double.IsFinite(v) && l.Kl >= 0 && l.Steps == 300 && l.Epoch == ((l.Step - 1) / 13) + 1));
        Assert.Equal(options.LearningRate * options.FinalRateFraction, log.Lines[^1].LearningRate, 1e-5);
    }

    [Fact]
    public void A_batch_without_limit_is_all_rows()
    {
        var (whole, limitless) = (Toy.Options with { BatchSize = 200 }, Toy.Options with { BatchSize = int.MaxValue });
        float[][] weights = [.. new[] { whole, limitless }.Select(o => new Trainer(Toy.Architecture(), o).Train(Toy.Rows(200, 1), Toy.Rows(50, 2)).Parameters.Values.ToArray())];
        Assert.Equal(weights[0], weights[1]);
    }

    [Fact]
    public void The_weights_with_the_lowest_validation_loss_come_back()
    {
        // Eight rows and 12 units overfit at once.
        var validation = Toy.Rows(30, 2);
        var options = Toy.Options with { Steps = 2000, Patience = 3, LearningRate = 3e-2 };
        var result = new Trainer(Toy.Architecture(), options, PlainEngine.Factory).Train(Toy.Rows(8, 1), validation);
        Assert.Equal(TrainingOutcome.EarlyStopped, result.Outcome);
        Assert.Equal(result.BestStep + (3 * options.ValidationInterval), result.History[^1].Step);
        Assert.Equal(result.History.Min(l => l.ValidationLoss), result.BestValidationLoss);
        using var engine = new PlainEngine(Toy.Architecture(), result.Parameters, new EngineSettings { MaximumBatchSize = options.BatchSize });
        Assert.Equal(result.BestValidationLoss, new ValidationSet(validation, 2, options).Loss(engine, options.KlWeight));
    }

    [Fact]
    public void Validation_rows_count_by_their_weight()
    {
        float[] features = Toy.Rows(40, 2).ToArray(), weights = [.. Enumerable.Range(0, 40).Select(r => r < 16 ? 1f : 0f)];
        var options = Toy.Options;
        using var engine = new PlainEngine(Toy.Architecture(), TestModels.Parameters(Toy.Architecture(), 1), new EngineSettings { MaximumBatchSize = options.BatchSize });
        double weighted = new ValidationSet(new MatrixRows(features, Toy.Features, weights), 2, options).Loss(engine, 1);
        double first = new ValidationSet(new MatrixRows(features.AsMemory(0, 16 * Toy.Features), Toy.Features), 2, options).Loss(engine, 1);
        Assert.Equal(first, weighted, 1e-12);
    }

    [Fact]
    public void A_NaN_loss_stops_with_step_epoch_batch_and_the_last_good_weights()
    {
        // 50 rows are four batches an epoch: step 23 is batch 3 of epoch 6.
        var good = new Trainer(Toy.Architecture(), Toy.Options, FaultyEngine.Factory(int.MaxValue, false)).Train(Toy.Rows(50, 1), Toy.Rows(20, 2), StopAfter(21));
        var result = new Trainer(Toy.Architecture(), Toy.Options, FaultyEngine.Factory(23, poisonWeights: false)).Train(Toy.Rows(50, 1), Toy.Rows(20, 2));
        Assert.Equal(TrainingOutcome.Diverged, result.Outcome);
        Assert.Contains("NaN", result.Message, StringComparison.Ordinal);
        Assert.Contains("step 23, epoch 6, batch 3", result.Message, StringComparison.Ordinal);
        Assert.Contains("learning rate", result.Message, StringComparison.Ordinal);
        Assert.Equal(good.Parameters.Values, result.Parameters.Values);
        Assert.Equal(good.BestStep, result.BestStep);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Weights_that_are_no_numbers_are_never_the_result(bool validated)
    {
        // The last step breaks the weights: no later loss would tell.
        var result = new Trainer(Toy.Architecture(), Toy.Options, FaultyEngine.Factory(60, poisonWeights: true)).Train(Toy.Rows(50, 1), validated ? Toy.Rows(20, 2) : null);
        Assert.Equal(TrainingOutcome.Diverged, result.Outcome);
        Assert.All(result.Parameters.Values.ToArray(), v => Assert.True(float.IsFinite(v)));
        Assert.Contains($"weights of step {result.BestStep}", result.Message, StringComparison.Ordinal);
        Assert.InRange(result.BestStep, 1, 56);
    }

    [Theory]
    [InlineData(float.PositiveInfinity, "holds a value that is not finite")]
    [InlineData(float.NegativeInfinity, "holds a value that is not finite")]
    [InlineData(1e30f, "scale the features")]
    public void Divergence_names_the_likely_cause_in_the_rows(float bad, string cause)
    {
        // Without a saturating activation a huge value reaches the gradient.
        var architecture = TestModels.Architecture(Toy.Features, 2, SquaredErrorLikelihood.Unweighted, Activation.Linear, [12], [12]);
        var result = new Trainer(architecture, Toy.Options).Train(Toy.Rows(50, 1, v => v[17] = bad));
        Assert.Equal(TrainingOutcome.Diverged, result.Outcome);
        Assert.Contains(cause, result.Message, StringComparison.Ordinal);
        Assert.All(result.Parameters.Values.ToArray(), v => Assert.True(float.IsFinite(v)));
    }

    [Fact]
    public void Divergence_tells_a_bad_validation_row_from_a_bad_batch()
    {
        var result = new Trainer(Toy.Architecture(), Toy.Options).Train(Toy.Rows(50, 1), Toy.Rows(20, 2, v => Array.Fill(v, float.NegativeInfinity)));
        Assert.Equal(TrainingOutcome.Diverged, result.Outcome);
        Assert.Contains("the validation set holds a value that is not finite", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_far_too_high_rate_is_blamed()
    {
        var result = new Trainer(Toy.Architecture(likelihood: SquaredErrorLikelihood.Unweighted), Toy.Options with { LearningRate = 1e25 }).Train(Toy.Rows(50, 1));
        Assert.Equal(TrainingOutcome.Diverged, result.Outcome);
        Assert.Contains("learning rate", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_without_rows_is_refused()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new Trainer(Toy.Architecture(), Toy.Options).Train(Toy.Rows(0, 1)));
        Assert.Equal("Training set has 0 instances, aborting training.", error.Message);
    }

    [Fact]
    public void A_wrong_number_of_features_is_refused_in_training_and_validation_rows()
    {
        var (trainer, narrow) = (new Trainer(Toy.Architecture(), Toy.Options), new MatrixRows(new float[12], 3));
        Assert.All(
            [Assert.Throws<ArgumentException>(() => trainer.Train(narrow)), Assert.Throws<ArgumentException>(() => trainer.Train(Toy.Rows(9, 1), narrow))],
            e => Assert.Contains("5 features, the rows have 3", e.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, 1, 2)]
    [InlineData(17, 16, 2)]
    [InlineData(33, 16, 1)]
    [InlineData(3, 128, 1)]
    public void One_row_one_latent_and_batches_that_do_not_divide_train(int rows, int batchSize, int latents)
    {
        var result = new Trainer(Toy.Architecture(latents), Toy.Options with { BatchSize = batchSize }).Train(Toy.Rows(rows, 1), Toy.Rows(rows, 2));
        Assert.Equal(TrainingOutcome.Completed, result.Outcome);
        Assert.True(double.IsFinite(result.BestValidationLoss!.Value));
    }

    [Theory]
    [InlineData(100L, 5000)]
    [InlineData(128_000L, 10_000)]
    [InlineData(10_000_000L, 781_250)]
    public void The_automatic_budget_grants_large_data_their_passes(long rows, int steps)
    {
        Assert.Equal(steps, new TrainingOptions().ForRows(rows).Steps);
        Assert.Equal(7, new TrainingOptions { Steps = 7 }.ForRows(rows).Steps);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        var o = Toy.Options;
        TrainingOptions[] bad =
        [
            o with { Steps = -1 }, o with { BatchSize = 0 }, o with { LearningRate = 0 }, o with { LearningRate = double.NaN }, o with { KlWeight = -1 }, o with { KlWeight = double.PositiveInfinity },
            o with { ValidationInterval = 0 }, o with { Patience = 0 }, o with { MaximumGradientNorm = 0 }, o with { MaximumGradientNorm = double.NaN }, o with { WarmupSteps = -1 },
            o with { KlWarmupSteps = -1 }, o with { CheckpointInterval = -1 }, o with { MaximumValidationRows = 0 }, o with { FinalRateFraction = -0.1 }, o with { ValidationShare = 0 }, o with { ValidationShare = 1.1 },
            o with { ValidationDraws = 0 }, o with { PlateauPatience = 0 }, o with { Schedule = (LearningRateSchedule)7 }, o with { InitialWeights = (InitialWeights)7 },
        ];
        Assert.All(bad, options => Assert.ThrowsAny<ArgumentException>(() => new Trainer(Toy.Architecture(), options)));
    }

    [Fact]
    public void Schedules_rise_and_fall_as_documented()
    {
        var o = new TrainingOptions { Schedule = LearningRateSchedule.Cosine, Steps = 100, WarmupSteps = 10, LearningRate = 1, FinalRateFraction = 0.1, KlWeight = 2, KlWarmupSteps = 4 };
        Assert.Equal(0.1, RateSchedule.Rate(o, null, 0), 1e-12);
        Assert.Equal(1, RateSchedule.Rate(o, null, 10), 1e-12);
        Assert.Equal(0.55, RateSchedule.Rate(o, null, 55), 1e-12);
        Assert.Equal(0.1, RateSchedule.Rate(o, null, 100), 1e-12);
        Assert.Equal([0.5, 1, 1.5, 2, 2], Enumerable.Range(0, 5).Select(s => o.KlWeightAt(s)));
    }

    private static TrainingControl StopAfter(long step)
    {
        var cancel = new CancellationTokenSource();
        return new TrainingControl { Cancellation = cancel.Token, Progress = new ProgressLog(line => { if (line.Step >= step) cancel.Cancel(); }) };
    }
}
