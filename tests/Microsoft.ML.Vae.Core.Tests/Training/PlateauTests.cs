using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Training;

/// <summary>The plateau schedule: constant, then a decay from the best state; and the validation loss that it watches.</summary>
public class PlateauTests
{
    private static readonly TrainingOptions Options = Toy.Options with { Schedule = LearningRateSchedule.Plateau, Steps = 4000, ValidationInterval = 20, PlateauPatience = 3, ValidationDraws = 2 };

    [Fact]
    public void The_rate_is_constant_until_the_loss_no_longer_falls_and_decays_over_a_quarter_of_the_best_step()
    {
        var log = new ProgressLog();
        var result = new Trainer(Toy.Architecture(), Options).Train(Toy.Rows(100, 1), Toy.Rows(60, 2), new TrainingControl { Progress = log });
        Assert.Equal(TrainingOutcome.Completed, result.Outcome);
        int constant = log.Lines.TakeWhile(l => l.LearningRate == Options.LearningRate).Count();
        var best = log.Lines.Take(constant).MinBy(l => l.ValidationLoss)!;
        // Three evaluations without improvement, then 500 steps at least.
        Assert.Equal(best.Step + (3 * 20), log.Lines[constant - 1].Step);
        Assert.Equal(log.Lines[constant - 1].Step + Math.Max(500, best.Step / 4), log.Lines[^1].Step);
        Assert.True(log.Lines[^1].Step < Options.Steps);
        Assert.All(log.Lines.Skip(constant).Zip(log.Lines.Skip(constant + 1)), pair => Assert.True(pair.Second.LearningRate < pair.First.LearningRate));
        Assert.InRange(log.Lines[^1].LearningRate, 0, 0.02 * Options.LearningRate);
        Assert.Equal(log.Lines.Min(l => l.ValidationLoss), result.BestValidationLoss);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(60)]
    public void Never_more_steps_than_granted(int steps)
    {
        foreach (var validation in new[] { Toy.Rows(20, 2), null })
        {
            var result = new Trainer(Toy.Architecture(), Options with { Steps = steps }).Train(Toy.Rows(50, 1), validation);
            Assert.Equal((TrainingOutcome.Completed, (long)steps), (result.Outcome, result.History[^1].Step));
            if (validation is null) Assert.Equal(steps, result.BestStep);
        }
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("managed")]
    public void A_run_resumed_before_at_or_in_its_decay_equals_an_uninterrupted_one_bit_by_bit(string engine)
    {
        using var folder = new TemporaryFolder();
        var options = Options with { Steps = 150, CheckpointInterval = 17, ValidationInterval = 5, PlateauPatience = 2, LearningRate = 5e-2 };
        var trainer = new Trainer(Toy.Architecture(), options, Engines.Named(engine));
        var files = new List<(string Path, bool Decays, bool HoldsBest)>();
        var whole = trainer.Train(Toy.Rows(50, 1), Toy.Rows(20, 2), new TrainingControl
        {
            OnCheckpoint = c =>
            {
                files.Add((folder.File($"{c.Step}"), c.Decay is not null, c.Best.Engine is not null));
                CheckpointFile.Save(c, files[^1].Path);
            },
        });
        Assert.Contains(files, f => f.Decays);
        Assert.Contains(files, f => f.HoldsBest);
        foreach (var file in files)
        {
            var resumed = trainer.Train(Toy.Rows(50, 1), Toy.Rows(20, 2), new TrainingControl { ResumeFrom = CheckpointFile.Load(file.Path) });
            Assert.Equal(whole.Parameters.Values, resumed.Parameters.Values);
            Assert.Equal(whole.History, resumed.History);
        }
    }

    [Fact]
    public void The_automatic_budget_is_evaluated_fifty_times_at_most()
    {
        Assert.Equal((5000, 100), (new TrainingOptions().ForRows(100).Steps, new TrainingOptions().ForRows(100).ValidationInterval));
        Assert.Equal(200, new TrainingOptions().ForRows(128_000).ValidationInterval);
        Assert.Equal((2500, 100), (new TrainingOptions { Schedule = LearningRateSchedule.Cosine }.ForRows(100).Steps, new TrainingOptions { Schedule = LearningRateSchedule.Cosine }.ForRows(128_000).ValidationInterval));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("managed")]
    public void The_validation_loss_is_the_mean_of_the_rows_with_the_lowest_losses(string engine)
    {
        var options = Toy.Options with { ValidationShare = 0.75, ValidationDraws = 1 };
        float[] values = Toy.Rows(20, 2).ToArray(), weights = [.. Enumerable.Range(0, 20).Select(r => r % 4 == 3 ? 0f : 1f)];
        for (int r = 0; r < 3; r++) values[r * 5] += 1e3f; // three of the fifteen that count
        var rows = new MatrixRows(values, 5, weights);
        var architecture = Toy.Architecture();
        using var created = Engines.Named(engine).Create(architecture, TestModels.Parameters(architecture, 1), new EngineSettings { MaximumBatchSize = 20 });
        double trimmed = new ValidationSet(rows, 2, options).Loss(created, 1), all = new ValidationSet(rows, 2, options with { ValidationShare = 1 }).Loss(created, 1);
        var batch = new Minibatch(values, TestModels.Normals(40, 9), default, 20);
        double[] losses = new double[20], alone = new double[20];
        created.RowLosses(batch, 1, losses);
        for (int r = 0; r < 20; r++) alone[r] = created.Evaluate(batch.Row(r), 1).Loss;
        Assert.All(losses.Zip(alone), p => Assert.Equal(p.First, p.Second, 1e-6 * Math.Abs(p.First)));
        Assert.True(trimmed < 100 && all > 1e4, $"{trimmed}, {all}");
    }
}
