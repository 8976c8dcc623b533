using System.Reflection;

namespace Microsoft.ML.Vae.Tests;

/// <summary>Training that does not reach its end: cancelled, resumed, diverged.</summary>
public sealed class InterruptionTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void Cancellation_stops_training()
    {
        var ml = new MLContext(1);
        var stop = new ProgressList([], () => Cancel(ml));
        var endless = Components.Vae with { Training = Components.Training with { Steps = int.MaxValue }, Progress = stop };
        Assert.Equal("Operation was canceled.", Assert.Throws<OperationCanceledException>(() => Training.Vae(ml, endless)).Message);
    }

    [Fact]
    public void A_token_stops_training()
    {
        using var stop = new CancellationTokenSource();
        var endless = Components.Vae with { Training = Components.Training with { Steps = int.MaxValue }, Cancellation = stop.Token, Progress = new ProgressList([], stop.Cancel) };
        Assert.Throws<OperationCanceledException>(() => Training.Vae(_ml, endless));
    }

    [Fact]
    public void Cancellation_after_the_last_step_stops_calibration()
    {
        var ml = new MLContext(1);
        var steps = new List<TrainingProgress>();
        var late = Components.AllInOne with { Progress = new ProgressList(steps, () => { if (steps[^1].Step == steps[^1].Steps) Cancel(ml); }) };
        var trainer = ml.AnomalyDetection.Trainers.Vae(late);
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(Components.Features(ml).Fit(Fitted.Data).Transform(Fitted.Data)));
        Assert.Equal(Components.Training.Steps, steps[^1].Step);
    }

    [Fact]
    public void A_token_stops_calibration()
    {
        using var stop = new CancellationTokenSource();
        var steps = new List<TrainingProgress>();
        var late = Components.AllInOne with { Cancellation = stop.Token, Progress = new ProgressList(steps, () => { if (steps[^1].Step == steps[^1].Steps) stop.Cancel(); }) };
        var trainer = _ml.AnomalyDetection.Trainers.Vae(late);
        var error = Assert.Throws<OperationCanceledException>(() => trainer.Fit(Components.Features(_ml).Fit(Fitted.Data).Transform(Fitted.Data)));
        Assert.Equal(stop.Token, error.CancellationToken);
    }

    [Fact]
    public void A_token_stops_reading()
    {
        using var stop = new CancellationTokenSource();
        var endless = _ml.Data.LoadFromEnumerable(Endless(stop.Cancel, cancelAt: 5000));
        Assert.Throws<OperationCanceledException>(() => _ml.Transforms.VariationalAutoencoder(Components.Vae with { Cancellation = stop.Token }).Fit(endless));
    }

    [Fact]
    public void Cancellation_stops_reading()
    {
        var ml = new MLContext(1);
        var endless = ml.Data.LoadFromEnumerable(Endless(ml, cancelAt: 5000));
        Assert.Throws<OperationCanceledException>(() => ml.Transforms.VariationalAutoencoder(Components.Vae).Fit(endless));
    }

    [Fact]
    public void Cancellation_stops_a_cursor_that_fills()
    {
        var ml = new MLContext(1);
        var model = ml.Transforms.VariationalAutoencoder(Components.Vae).Fit(ml.Data.LoadFromEnumerable(Endless(ml, cancelAt: -1).Take(100)));
        var scored = model.Transform(ml.Data.LoadFromEnumerable(Endless(ml, cancelAt: 5000)));
        Assert.Throws<OperationCanceledException>(() => scored.GetColumn<float>("Loss").Count());
    }

    [Fact]
    public void An_interrupted_training_resumes_to_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("training.checkpoint");
        var options = Components.Vae with { CheckpointPath = path };
        var ml = new MLContext(1);
        Assert.Throws<OperationCanceledException>(() => Training.Vae(ml, options with { Progress = new ProgressList([], () => Cancel(ml)) }));
        Assert.Equal(["training.checkpoint"], folder.Files);
        var foreign = options with { LatentDimension = 1 };
        Assert.Contains("The checkpoint belongs to another architecture", Assert.Throws<ArgumentException>("checkpoint", () => Training.Vae(_ml, foreign)).Message, StringComparison.Ordinal);
        var lines = new List<TrainingProgress>();
        Assert.Equal(Training.Weights(Fitted.Vae), Training.Weights(Training.Vae(_ml, options with { Progress = new ProgressList(lines) })));
        Assert.Equal(100, lines[0].Step);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void Stopped_while_it_calibrates_a_detector_keeps_the_checkpoint_of_its_training()
    {
        using var folder = new TemporaryFolder();
        var options = Components.AllInOne with { CheckpointPath = folder.File("training.checkpoint"), Training = Components.Training with { CheckpointInterval = 50 } };
        var ml = new MLContext(1);
        ml.Log += (_, line) =>
        {
            if (line.RawMessage.Contains("Weights of step", StringComparison.Ordinal)) Cancel(ml);
        };
        Assert.Throws<OperationCanceledException>(() => Components.Features(ml).Append(ml.AnomalyDetection.Trainers.Vae(options)).Fit(Fitted.Data));
        Assert.Equal(["training.checkpoint"], folder.Files);
        Components.Features(_ml).Append(_ml.AnomalyDetection.Trainers.Vae(options)).Fit(Fitted.Data);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void An_interrupted_training_that_drew_its_seed_resumes_with_it()
    {
        using var folder = new TemporaryFolder();
        var options = Components.Vae with { Training = Components.Training with { Seed = null }, CheckpointPath = folder.File("training.checkpoint") };
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Training.Vae(new MLContext(5), options with { Cancellation = stop.Token, Progress = new ProgressList([], stop.Cancel) }));
        var lines = new List<TrainingProgress>();
        float[] resumed = Training.Weights(Training.Vae(new MLContext(6), options with { Progress = new ProgressList(lines) }));
        Assert.Equal(100, lines[0].Step);
        Assert.Equal(Training.Weights(Training.Vae(new MLContext(5), options)), resumed);
    }

    [Fact]
    public void A_checkpoint_of_other_rows_is_refused()
    {
        using var folder = new TemporaryFolder();
        var options = Components.Vae with { CheckpointPath = folder.File("training.checkpoint") };
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Training.Vae(_ml, options with { Cancellation = stop.Token, Progress = new ProgressList([], stop.Cancel) }));
        Assert.Contains("other training rows", Assert.Throws<ArgumentException>("control", () => Training.Vae(_ml, options, Row.Make(601))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_for_checkpoints_is_told_before_training()
    {
        using var folder = new TemporaryFolder();
        var lines = new List<TrainingProgress>();
        var options = Components.Vae with { CheckpointPath = Path.Combine(folder.File("none"), "x"), Progress = new ProgressList(lines) };
        Assert.Contains("CheckpointPath", Assert.Throws<DirectoryNotFoundException>(() => Training.Vae(_ml, options)).Message, StringComparison.Ordinal);
        Assert.Empty(lines);
    }

    [Fact]
    public void Divergence_keeps_the_last_good_model()
    {
        var wild = Components.Vae with { Likelihood = SquaredErrorLikelihood.Unweighted, Scaling = ScalingKind.None, Training = Components.Training with { LearningRate = 1e30 } };
        var error = Assert.Throws<TrainingDivergedException>(() => Training.Vae(_ml, wild));
        Assert.Contains("Likely cause", error.Message, StringComparison.Ordinal);
        Assert.All(error.LastGoodModel.Parameters.Values.ToArray(), w => Assert.True(float.IsFinite(w)));
    }

    // As AutoML does on a time-out; the method is internal.
    private static void Cancel(MLContext ml) => typeof(MLContext).GetMethod("CancelExecution", BindingFlags.NonPublic | BindingFlags.Instance)!.Invoke(ml, null);

    private static IEnumerable<VectorRow> Endless(MLContext ml, int cancelAt) => Endless(() => Cancel(ml), cancelAt);

    private static IEnumerable<VectorRow> Endless(Action cancel, int cancelAt)
    {
        for (int i = 0; ; i++)
        {
            if (i == cancelAt) cancel();
            yield return new VectorRow { Features = [i % 7, i % 5, i % 3] };
        }
    }
}
