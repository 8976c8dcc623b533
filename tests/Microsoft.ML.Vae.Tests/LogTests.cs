using Microsoft.ML.Runtime;

namespace Microsoft.ML.Vae.Tests;

/// <summary>What MLContext.Log hears: progress, skipped rows, warnings.</summary>
public sealed class LogTests
{
    private readonly MLContext _ml = new(1);
    private readonly List<LoggingEventArgs> _log = [];

    public LogTests() => _ml.Log += (_, line) =>
    {
        lock (_log) _log.Add(line);
    };

    [Fact]
    public void Rows_with_missing_features_are_skipped_with_a_warning_where_they_are_refused()
    {
        var rows = Row.Make(Fitted.Rows);
        rows.Insert(5, new Row { A = float.NaN });
        rows.Insert(300, new Row { C = float.PositiveInfinity });
        Assert.Equal(Training.Weights(Fitted.Vae), Training.Weights(Training.Vae(_ml, Components.Vae with { AcceptMissing = false }, rows)));
        var warning = Assert.Single(_log, l => l.Kind == ChannelMessageKind.Warning);
        Assert.Equal("Skipped 2 instances with missing features during training", warning.RawMessage);
    }

    [Fact]
    public void Rows_without_a_usable_weight_are_skipped()
    {
        var rows = Row.Make(20);
        (rows[3].Weight, rows[4].Weight, rows[5].Weight) = (float.NaN, -1, 0);
        Training.Vae(_ml, Components.Vae with { ExampleWeightColumnName = nameof(Row.Weight) }, rows);
        Assert.Contains(_log, l => l.RawMessage == "Skipped 3 instances with missing features or without a positive weight during training");
    }

    [Fact]
    public void Too_few_rows_for_a_rate_are_warned_about()
    {
        var model = Components.Pipeline(_ml, "AllInOne").Fit(_ml.Data.LoadFromEnumerable(Row.Make(30)));
        Assert.Equal(float.PositiveInfinity, ((VaeAnomalyTransformer)Components.Last(model)).Threshold);
        Assert.Contains(_log, l => l.Kind == ChannelMessageKind.Warning && l.RawMessage.Contains("3 held-out rows cannot promise a false-alarm rate of 0.05", StringComparison.Ordinal));
    }

    [Fact]
    public void A_changed_rate_that_so_few_rows_cannot_promise_is_warned_about()
    {
        ITransformer model = Components.Pipeline(_ml, "AllInOne").Fit(Fitted.Data);
        Assert.Equal(float.PositiveInfinity, ((VaeAnomalyTransformer)Components.Last(model.WithFalseAlarmRate(0.001))).Threshold);
        Assert.Contains(_log, l => l.Kind == ChannelMessageKind.Warning && l.RawMessage.Contains("60 held-out rows cannot promise a false-alarm rate of 0.001: no row will be flagged", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_rows_hold_anomalies_nothing_is_promised_of_normal_ones()
    {
        Components.Features(_ml).Append(_ml.AnomalyDetection.Trainers.Vae(Components.AllInOne with { Contamination = 0.1 })).Fit(Fitted.Data);
        Assert.Contains("of new rows like these at most", Assert.Single(_log, l => l.RawMessage.StartsWith("Calibrated on", StringComparison.Ordinal)).RawMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_reaches_the_log_of_the_context()
    {
        var lines = new List<TrainingProgress>();
        Training.Vae(_ml, Components.Vae with { Progress = new ProgressList(lines) });
        string[] info = [.. _log.Where(l => l.Kind == ChannelMessageKind.Info && l.Source == "Vae; Training").Select(l => l.RawMessage)];
        Assert.Contains(info, l => l == "Read 600 rows of 3 features; kept in memory");
        Assert.Equal(4, info.Count(l => l.StartsWith("Step ", StringComparison.Ordinal)));
        Assert.Equal([50L, 100L, 120L, 150L], lines.Select(l => l.Step));
        Assert.Contains("Weights of step", info[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Calibration_reaches_the_log_of_the_context()
    {
        Components.Pipeline(_ml, "AllInOne").Fit(Fitted.Data);
        Assert.Contains(_log, l => l.Source == "Vae; Calibration" && l.RawMessage.StartsWith("Calibrated on 60 held-out rows, threshold", StringComparison.Ordinal)
            && l.RawMessage.EndsWith("are flagged, with 95 % confidence", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_rarely_meant_is_said()
    {
        var options = Components.Vae with { LatentDimension = 4, Training = Components.Training with { Steps = 1 } };
        var features = Components.Features(_ml).Fit(Fitted.Data);
        _ml.Transforms.VariationalAutoencoder(options).Fit(features.Transform(_ml.Data.LoadFromEnumerable(Row.Make(2))));
        string[] warnings = [.. _log.Where(l => l.Kind == ChannelMessageKind.Warning).Select(l => l.RawMessage)];
        Assert.Contains(warnings, w => w.StartsWith("4 latents for 3 features", StringComparison.Ordinal));
        Assert.Contains(warnings, w => w.StartsWith("3 features for 2 rows", StringComparison.Ordinal));
    }

    [Fact]
    public void A_collapsed_latent_is_reported()
    {
        var flat = Components.Vae with { LatentDimension = 3, Likelihood = SquaredErrorLikelihood.Unweighted, Training = Components.Training with { KlWeight = 100 } };
        Components.Features(_ml).Append(_ml.Transforms.VariationalAutoencoder(flat)).Append(_ml.Transforms.LatentImportance()).Fit(Fitted.Data);
        Assert.Contains(_log, l => l.Kind == ChannelMessageKind.Warning && l.RawMessage == "3 of 3 latents are collapsed: they carry no information");
    }

    [Fact]
    public void Streamed_rows_train_as_well()
    {
        var model = Training.Vae(_ml, Components.Vae with { MemoryBudget = 0 });
        Assert.Equal(Training.Weights(model), Training.Weights(Training.Vae(_ml, Components.Vae with { MemoryBudget = 0 })));
        Assert.Contains(_log, l => l.RawMessage.Contains("streamed in every epoch", StringComparison.Ordinal));
    }
}
