using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Vae.Tests;

/// <summary>Fitting inside ML.NET: seeds, weights, missing values, few rows, log lines, cancellation, checkpoints.</summary>
public sealed class TrainingTests
{
    private readonly MLContext _ml = new(1);
    private readonly List<LoggingEventArgs> _log = [];

    public TrainingTests() => _ml.Log += (_, line) =>
    {
        lock (_log) _log.Add(line);
    };

    [Fact]
    public void TheSameSeedGivesTheSameBits()
    {
        Assert.Equal(Weights(Fitted.Vae), Weights(Vae(new MLContext(2), Components.Vae)));
        Assert.NotEqual(Weights(Fitted.Vae), Weights(Vae(_ml, Components.Vae with { Seed = 8 })));
    }

    [Fact]
    public void WithoutASeedTheContextsIsDrawnFrom()
    {
        var options = Components.Vae with { Seed = null };
        Assert.Equal(Weights(Vae(new MLContext(3), options)), Weights(Vae(new MLContext(3), options)));
        Assert.NotEqual(Weights(Vae(new MLContext(3), options)), Weights(Vae(new MLContext(4), options)));
        Assert.NotEqual(Weights(Vae(new MLContext(), options)), Weights(Vae(new MLContext(), options)));
    }

    [Fact]
    public void WeightsShiftTheFit()
    {
        var options = Components.Vae with { ExampleWeightColumnName = nameof(Row.Weight) };
        Assert.NotEqual(Weights(Fitted.Vae), Weights(Vae(_ml, options)));
        var equal = Row.Make(Fitted.Rows);
        foreach (var row in equal) row.Weight = 2;
        Assert.Equal(Weights(Fitted.Vae), Weights(Vae(_ml, options, equal)));
    }

    [Fact]
    public void StreamedRowsTrainAsWell()
    {
        var model = Vae(_ml, Components.Vae with { MemoryBudget = 0 });
        Assert.All(Weights(model), w => Assert.True(float.IsFinite(w)));
        Assert.Contains(_log, l => l.RawMessage.Contains("streamed in every epoch", StringComparison.Ordinal));
    }

    [Fact]
    public void RowsWithMissingFeaturesAreSkippedWithAWarning()
    {
        var rows = Row.Make(Fitted.Rows);
        rows.Insert(5, new Row { A = float.NaN });
        rows.Insert(300, new Row { C = float.PositiveInfinity });
        Assert.Equal(Weights(Fitted.Vae), Weights(Vae(_ml, Components.Vae, rows)));
        var warning = Assert.Single(_log, l => l.Kind == ChannelMessageKind.Warning);
        Assert.Equal("Skipped 2 instances with missing features during training", warning.RawMessage);
    }

    [Fact]
    public void RowsWithoutAUsableWeightAreSkipped()
    {
        var rows = Row.Make(20);
        (rows[3].Weight, rows[4].Weight) = (float.NaN, -1);
        Vae(_ml, Components.Vae with { ExampleWeightColumnName = nameof(Row.Weight) }, rows);
        Assert.Contains(_log, l => l.RawMessage.StartsWith("Skipped 2 instances", StringComparison.Ordinal));
    }

    [Fact]
    public void NoRowsCannotBeTrainedOnButCanBeScored()
    {
        var none = _ml.Data.LoadFromEnumerable(Array.Empty<Row>());
        foreach (string name in Components.All)
        {
            Assert.Equal("Training set has 0 instances, aborting training.", Assert.Throws<InvalidOperationException>(() => Components.Pipeline(_ml, name).Fit(none)).Message);
            var scored = Fitted.Model(name).Transform(none);
            Assert.Empty(Values.Of(scored, Fitted.Added(scored).First().Name));
        }
        var allMissing = _ml.Data.LoadFromEnumerable(new[] { new Row { A = float.NaN } });
        Assert.Contains("all instances have missing features", Assert.Throws<InvalidOperationException>(() => Components.Pipeline(_ml, "Vae").Fit(allMissing)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OneRowTrainsAnAutoencoderButCalibratesNothing()
    {
        var one = Row.Make(1);
        Assert.Single(Values.Of(Vae(_ml, Components.Vae, one).Transform(Components.Features(_ml).Fit(Fitted.Data).Transform(_ml.Data.LoadFromEnumerable(one))), "Loss"));
        var error = Assert.Throws<InvalidOperationException>(() => Components.Pipeline(_ml, "AllInOne").Fit(_ml.Data.LoadFromEnumerable(one)));
        Assert.Contains("no held-out row to calibrate on", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TooFewRowsForARateAreWarnedAbout()
    {
        var model = Components.Pipeline(_ml, "AllInOne").Fit(_ml.Data.LoadFromEnumerable(Row.Make(30)));
        Assert.Equal(float.PositiveInfinity, ((VaeAnomalyDetector)Components.Last(model)).Threshold);
        Assert.Contains(_log, l => l.Kind == ChannelMessageKind.Warning && l.RawMessage.Contains("6 held-out rows cannot promise a false-alarm rate of 0.05", StringComparison.Ordinal));
    }

    [Fact]
    public void ProgressReachesTheLogOfTheContext()
    {
        var lines = new List<TrainingProgress>();
        Vae(_ml, Components.Vae with { Progress = new Collector(lines) });
        string[] info = [.. _log.Where(l => l.Kind == ChannelMessageKind.Info && l.Source == "Vae; Training").Select(l => l.RawMessage)];
        Assert.Contains(info, l => l == "Read 600 rows of 3 features; kept in memory");
        Assert.Equal(3, info.Count(l => l.StartsWith("Step ", StringComparison.Ordinal)));
        Assert.Equal([50L, 100L, 150L], lines.Select(l => l.Step));
        Assert.Contains("Weights of step", info[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void CalibrationReachesTheLogOfTheContext()
    {
        Components.Pipeline(_ml, "AllInOne").Fit(Fitted.Data);
        Assert.Contains(_log, l => l.Source == "Vae; Calibration" && l.RawMessage.StartsWith("Calibrated on 120 held-out rows, threshold", StringComparison.Ordinal));
    }

    [Fact]
    public void CancellationStopsTraining()
    {
        var ml = new MLContext(1);
        var stop = new Collector([], () => Cancel(ml));
        var endless = Components.Vae with { Fit = Components.Fit with { Training = Components.Fit.Training with { Steps = int.MaxValue } }, Progress = stop };
        Assert.Equal("Operation was canceled.", Assert.Throws<OperationCanceledException>(() => Vae(ml, endless)).Message);
    }

    [Fact]
    public void CancellationStopsReading()
    {
        var ml = new MLContext(1);
        var endless = ml.Data.LoadFromEnumerable(Endless(ml, cancelAt: 5000));
        Assert.Throws<OperationCanceledException>(() => ml.Transforms.VariationalAutoencoder(Components.Vae).Fit(endless));
    }

    [Fact]
    public void CancellationStopsACursorThatFills()
    {
        var ml = new MLContext(1);
        var model = ml.Transforms.VariationalAutoencoder(Components.Vae).Fit(ml.Data.LoadFromEnumerable(Endless(ml, cancelAt: -1).Take(100)));
        var scored = model.Transform(ml.Data.LoadFromEnumerable(Endless(ml, cancelAt: 5000)));
        Assert.Throws<OperationCanceledException>(() => scored.GetColumn<float>("Loss").Count());
    }

    [Fact]
    public void AnInterruptedTrainingResumesToTheSameBits()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("training.checkpoint");
        var options = Components.Vae with { CheckpointPath = path };
        var ml = new MLContext(1);
        Assert.Throws<OperationCanceledException>(() => Vae(ml, options with { Progress = new Collector([], () => Cancel(ml)) }));
        Assert.Equal(["training.checkpoint"], folder.Files);
        var foreign = options with { Fit = Components.Fit with { LatentDimension = 1 } };
        Assert.Contains("The checkpoint belongs to another architecture", Assert.Throws<ArgumentException>("checkpoint", () => Vae(_ml, foreign)).Message, StringComparison.Ordinal);
        var lines = new List<TrainingProgress>();
        Assert.Equal(Weights(Fitted.Vae), Weights(Vae(_ml, options with { Progress = new Collector(lines) })));
        Assert.Equal(100, lines[0].Step);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void DivergenceKeepsTheLastGoodModel()
    {
        var wild = Components.Fit with { Likelihood = SquaredErrorLikelihood.Unweighted, Scaling = ScalingKind.None, Training = Components.Fit.Training with { LearningRate = 1e30 } };
        var error = Assert.Throws<TrainingDivergedException>(() => Vae(_ml, Components.Vae with { Fit = wild }));
        Assert.Contains("Likely cause", error.Message, StringComparison.Ordinal);
        Assert.All(error.LastGoodModel.Parameters.Values.ToArray(), w => Assert.True(float.IsFinite(w)));
    }

    [Fact]
    public void ACollapsedLatentIsReported()
    {
        var flat = Components.Fit with { LatentDimension = 3, Likelihood = SquaredErrorLikelihood.Unweighted, Training = Components.Fit.Training with { KlWeight = 100 } };
        Components.Features(_ml).Append(_ml.Transforms.VariationalAutoencoder(Components.Vae with { Fit = flat })).Append(_ml.Transforms.LatentImportance()).Fit(Fitted.Data);
        Assert.Contains(_log, l => l.Kind == ChannelMessageKind.Warning && l.RawMessage == "3 of 3 latents are collapsed: they carry no information");
    }

    private static VaeTransformer Vae(MLContext ml, VaeTrainer.Options options, IEnumerable<Row>? rows = null)
    {
        var data = rows is null ? Fitted.Data : ml.Data.LoadFromEnumerable(rows);
        return ml.Transforms.VariationalAutoencoder(options).Fit(Components.Features(ml).Fit(data).Transform(data));
    }

    private static float[] Weights(VaeTransformer model) => model.Model.Parameters.Values.ToArray();

    // As AutoML does on a time-out; the method is internal.
    private static void Cancel(MLContext ml) => typeof(MLContext).GetMethod("CancelExecution", BindingFlags.NonPublic | BindingFlags.Instance)!.Invoke(ml, null);

    private static IEnumerable<VectorRow> Endless(MLContext ml, int cancelAt)
    {
        for (int i = 0; ; i++)
        {
            if (i == cancelAt) Cancel(ml);
            yield return new VectorRow { Features = [i % 7, i % 5, i % 3] };
        }
    }

    private sealed class Collector(List<TrainingProgress> lines, Action? then = null) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            lines.Add(value);
            then?.Invoke();
        }
    }
}
