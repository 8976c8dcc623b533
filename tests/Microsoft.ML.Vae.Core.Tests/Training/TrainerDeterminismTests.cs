using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Training;

public class TrainerDeterminismTests
{
    [Theory]
    [InlineData("plain", "evidence")]
    [InlineData("plain", "split")]
    [InlineData("managed", "evidence")]
    [InlineData("managed", "split")]
    [InlineData("managed", "importance-weighted of 3")]
    public void Same_seed_gives_the_same_bits_on_any_number_of_threads(string engine, string bound)
    {
        // Wider than one chunk of work in rows, inputs and outputs, so that threads really share it.
        var architecture = TestModels.Architecture(Toy.Features, 2, GaussianLikelihood.LearnedVariance, encoder: [70, 40], decoder: [40, 70]);
        var options = Toy.Options with { Steps = 12, BatchSize = 100, Bound = Parts.Bounds[bound] };
        float[][] weights = [.. new[] { 1, 1, 2, 4 }.Select(threads => Train(architecture, options, new TrainingControl { Threads = threads }, Engines.Named(engine)))];
        Assert.All(weights, w => Assert.Equal(weights[0], w));
    }

    [Fact]
    public void Another_seed_gives_other_weights() =>
        Assert.NotEqual(Train(Toy.Architecture(), Toy.Options), Train(Toy.Architecture(), Toy.Options with { Seed = 4 }));

    [Fact]
    public void No_thread_at_all_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Train(Toy.Architecture(), Toy.Options, new TrainingControl { Threads = 0 }));

    [Theory]
    [InlineData("plain", true)]
    [InlineData("managed", true)]
    [InlineData("managed", false)]
    public void A_resumed_run_equals_an_uninterrupted_one_bit_by_bit(string engine, bool validated)
    {
        // 50 rows in batches of 13 and 12: every ninth step lies within an epoch and within a validation interval.
        using var folder = new TemporaryFolder();
        var (rows, validation) = (Toy.Rows(50, 1), validated ? Toy.Rows(20, 2) : null);
        var options = Toy.Options with { CheckpointInterval = 9 };
        var files = new List<string>();
        var trainer = new Trainer(Toy.Architecture(), options, Engines.Named(engine));
        var whole = trainer.Train(rows, validation, new TrainingControl
        {
            OnCheckpoint = c =>
            {
                files.Add(folder.File($"{c.Place.Step}.checkpoint"));
                CheckpointFile.Save(c, files[^1]);
            },
        });
        Assert.Equal(6, files.Count);
        foreach (string file in files)
        {
            var log = new ProgressLog();
            var resumed = trainer.Train(rows, validation, new TrainingControl { ResumeFrom = CheckpointFile.Load(file), Progress = log });
            AssertSame(whole, resumed);
            Assert.All(log.Lines, line => Assert.True(line.Step > long.Parse(Path.GetFileNameWithoutExtension(file))));
        }
    }

    [Fact]
    public void A_cancelled_run_leaves_a_checkpoint_that_completes_it()
    {
        var rows = Toy.Rows(50, 1);
        var whole = new Trainer(Toy.Architecture(), Toy.Options).Train(rows, Toy.Rows(20, 2));
        using var cancel = new CancellationTokenSource();
        TrainingCheckpoint? checkpoint = null;
        var log = new ProgressLog(line => { if (line.Step >= 21) cancel.Cancel(); });
        var cancelled = new Trainer(Toy.Architecture(), Toy.Options).Train(
            rows, Toy.Rows(20, 2), new TrainingControl { Cancellation = cancel.Token, OnCheckpoint = c => checkpoint = c, Progress = log });
        Assert.Equal(TrainingOutcome.Cancelled, cancelled.Outcome);
        Assert.Contains("21 of 60", cancelled.Message, StringComparison.Ordinal);
        Assert.Equal(cancelled.History.Min(l => l.ValidationLoss), cancelled.BestValidationLoss);
        Assert.Equal(21, checkpoint!.Place.Step);
        AssertSame(whole, new Trainer(Toy.Architecture(), Toy.Options).Train(rows, Toy.Rows(20, 2), new TrainingControl { ResumeFrom = checkpoint }));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cancelled_before_the_first_evaluation_the_present_weights_are_kept(bool validated)
    {
        using var cancel = new CancellationTokenSource();
        var options = Toy.Options with { CheckpointInterval = 3 };
        TrainingCheckpoint? checkpoint = null;
        var result = new Trainer(Toy.Architecture(), options).Train(Toy.Rows(50, 1), validated ? Toy.Rows(20, 2) : null, new TrainingControl
        {
            Cancellation = cancel.Token,
            OnCheckpoint = c =>
            {
                checkpoint = c;
                cancel.Cancel();
            },
        });
        Assert.Equal((TrainingOutcome.Cancelled, 3L), (result.Outcome, result.BestStep));
        Assert.Equal(checkpoint!.Engine.Parameters, result.Parameters.Values.ToArray());
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_costs_nothing_but_itself_and_is_told()
    {
        var options = Toy.Options with { CheckpointInterval = 50 };
        var control = new TrainingControl { OnCheckpoint = _ => throw new IOException("No space left on device") };
        TrainingResult whole = new Trainer(Toy.Architecture(), options).Train(Toy.Rows(50, 1), null), told = new Trainer(Toy.Architecture(), options).Train(Toy.Rows(50, 1), null, control);
        Assert.Equal((TrainingOutcome.Completed, whole.Message + " The checkpoint of step 50 could not be written: No space left on device"), (told.Outcome, told.Message));
        Assert.Equal(whole.Parameters.Values, told.Parameters.Values);
        using var cancel = new CancellationTokenSource();
        var log = new ProgressLog(_ => cancel.Cancel());
        var cancelled = new Trainer(Toy.Architecture(), options).Train(Toy.Rows(50, 1), null, control with { Cancellation = cancel.Token, Progress = log });
        Assert.Equal((TrainingOutcome.Cancelled, 7L), (cancelled.Outcome, cancelled.BestStep));
        Assert.Contains("could not be written", cancelled.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stop_request_is_a_cancellation()
    {
        int asked = 0;
        var result = new Trainer(Toy.Architecture(), Toy.Options).Train(Toy.Rows(50, 1), null, new TrainingControl { StopRequested = () => ++asked > 10 });
        Assert.Equal((TrainingOutcome.Cancelled, 10L), (result.Outcome, result.BestStep));
    }

    [Fact]
    public void A_foreign_checkpoint_is_refused()
    {
        TrainingCheckpoint? checkpoint = null;
        new Trainer(Toy.Architecture(), Toy.Options with { CheckpointInterval = 60 }).Train(Toy.Rows(50, 1), null, new TrainingControl { OnCheckpoint = c => checkpoint = c });
        var control = new TrainingControl { ResumeFrom = checkpoint };
        Trainer[] strangers = [new(Toy.Architecture(3), checkpoint!.Options), new(Toy.Architecture(), checkpoint.Options with { LearningRate = 1e-3 }), new(Toy.Architecture(), checkpoint.Options with { Seed = 1 })];
        Assert.All(strangers, t => Assert.Contains("checkpoint", Assert.Throws<ArgumentException>(() => t.Train(Toy.Rows(50, 1), null, control)).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_checkpoint_of_other_rows_is_refused()
    {
        TrainingCheckpoint? checkpoint = null;
        var trainer = new Trainer(Toy.Architecture(), Toy.Options with { CheckpointInterval = 60 });
        trainer.Train(Toy.Rows(50, 1), null, new TrainingControl { OnCheckpoint = c => checkpoint = c });
        MatrixRows[] strangers = [Toy.Rows(51, 1), Toy.Rows(50, 2), Toy.Rows(50, 1, values => values[^1]++), new(Toy.Rows(50, 1).ToArray(), Toy.Features, Enumerable.Repeat(2f, 50).ToArray())];
        Assert.All(strangers, rows => Assert.Contains(
            "other training rows", Assert.Throws<ArgumentException>(() => trainer.Train(rows, null, new TrainingControl { ResumeFrom = checkpoint })).Message, StringComparison.Ordinal));
        var unknown = new TrainingControl { ResumeFrom = checkpoint! with { TrainingRows = null } }; // as files of older versions are
        Assert.Equal(TrainingOutcome.Completed, trainer.Train(Toy.Rows(51, 1), null, unknown).Outcome);
    }

    private static float[] Train(VaeArchitecture architecture, TrainingOptions options, TrainingControl? control = null, ITrainingEngineFactory? engines = null) =>
        new Trainer(architecture, options, engines).Train(Toy.Rows(250, 5), null, control).Parameters.Values.ToArray();

    private static void AssertSame(TrainingResult expected, TrainingResult actual)
    {
        Assert.Equal(expected.Parameters.Values, actual.Parameters.Values);
        Assert.Equal((expected.Outcome, expected.BestStep, expected.BestValidationLoss), (actual.Outcome, actual.BestStep, actual.BestValidationLoss));
        Assert.Equal(expected.History, actual.History);
    }
}
