using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>One run of the loop and its mutable state.</summary>
internal sealed class TrainingRun
{
    // A batch that breaks the weights shows in the loss of the next one.
    private const string RecentBatches = "this batch or the one before holds";

    private readonly VaeArchitecture _architecture;
    private readonly TrainingOptions _options;
    private readonly ITrainingEngine _engine;
    private readonly BatchSequence _batches;
    private readonly ValidationSet? _validation;
    private readonly TrainingControl _control;
    private readonly ParameterLayout _layout;
    private readonly string? _fingerprint;
    private readonly List<TrainingProgress> _history;
    private readonly Action _prepareNext;
    private BestState _best;
    private PendingAverages _pending;
    private Decay? _decay;
    private float _previousMagnitude;
    private string _unwritten = "";

    public TrainingRun(
        VaeArchitecture architecture, TrainingOptions options, ITrainingEngine engine, BatchSequence batches, ValidationSet? validation, TrainingControl control, VaeParameters initial,
        string? fingerprint)
    {
        (_architecture, _options, _engine, _batches, _validation, _control, _layout, _fingerprint) = (architecture, options, engine, batches, validation, control, initial.Layout, fingerprint);
        _prepareNext = batches.Prepare;
        _best = control.ResumeFrom?.Best ?? new BestState(initial.Values.ToArray(), double.PositiveInfinity, 0, 0);
        (_pending, _decay) = (control.ResumeFrom?.Pending ?? default, control.ResumeFrom?.Decay);
        _history = [.. control.ResumeFrom?.History ?? []];
    }

    private long End => RateSchedule.End(_options, _decay);

    private bool MayDecay => _options.Schedule == LearningRateSchedule.Plateau && _decay is null;

    public TrainingResult Run()
    {
        while (_batches.Place.Step < End)
        {
            if (_control.IsStopRequested) return Cancelled();
            long step = _batches.Place.Step;
            var settings = new StepSettings(RateSchedule.Rate(_options, _decay, step), _options.KlWeightAt(step), _options.MaximumGradientNorm);
            var batch = _batches.Next();
            float magnitude = LargestMagnitude(batch), recent = MathF.Max(magnitude, _previousMagnitude);
            _previousMagnitude = magnitude;
            var terms = step + 1 < End ? _engine.Step(batch, settings, _prepareNext) : _engine.Step(batch, settings);
            if (!double.IsFinite(terms.Loss))
                return Diverged($"The loss became {terms.Loss} (log-likelihood {terms.LogLikelihood:G4}, KL {terms.Kl:G4})", RecentBatches, recent, settings);
            _pending = new PendingAverages(_pending.Loss + terms.Loss, _pending.Kl + terms.Kl, _pending.Batches + 1);
            if (IsDue(_options.ValidationInterval) || step + 1 == End)
            {
                double? validation = _validation?.Loss(_engine, _options.KlWeight);
                var state = _engine.Save();
                if (validation is { } v && !double.IsFinite(v)) return Diverged($"The validation loss became {v}", "the validation set holds", _validation!.LargestMagnitude, settings);
                if (!AllFinite(state.Parameters)) return Diverged("A weight stopped being a number", RecentBatches, recent, settings);
                Record(state, validation, settings);
                if (_options.Patience is { } patience && _best.Misses >= patience)
                    return Result(TrainingOutcome.EarlyStopped, $"Stopped early: no better validation loss in {patience} evaluations.");
                if (MayDecay && (step + 1 == End || _best.Misses >= _options.PlateauPatience)) BeginDecay();
            }
            if (_options.CheckpointInterval > 0 && IsDue(_options.CheckpointInterval)) OfferCheckpoint();
        }
        return Result(TrainingOutcome.Completed, $"Completed {_batches.Place.Step} steps.");
    }

    private bool IsDue(int interval) => _batches.Place.Step % interval == 0;

    private static bool AllFinite(float[] values) => Array.TrueForAll(values, float.IsFinite);

    private static float LargestMagnitude(in Minibatch batch) => Math.Abs(TensorPrimitives.MaxMagnitude(batch.Features.Span));

    private void BeginDecay()
    {
        _decay = RateSchedule.Begin(_options, _batches.Place.Step, _best.Step);
        if (_validation is not null && _best.Engine is { } best) _engine.Load(best);
        _best = _best with { Misses = 0, Engine = null };
    }

    private void Record(EngineState state, double? validation, in StepSettings settings)
    {
        if (validation is null || validation < _best.Loss)
            _best = new BestState(state.Parameters, validation ?? double.PositiveInfinity, _batches.Place.Step, 0, MayDecay && validation is not null ? state : null);
        else
            _best = _best with { Misses = _best.Misses + 1 };
        int batches = Math.Max(1, _pending.Batches);
        var line = new TrainingProgress(
            _batches.Place.Step, _decay?.To ?? _options.Steps, _batches.Place.Epoch + 1, _pending.Loss / batches, _pending.Kl / batches, validation, settings.LearningRate);
        _pending = default;
        _history.Add(line);
        _control.Progress?.Report(line);
    }

    private TrainingResult Cancelled()
    {
        OfferCheckpoint();
        // Where nothing was or can be compared, the present weights are the best known.
        float[] parameters = _engine.Save().Parameters;
        if (double.IsPositiveInfinity(_best.Loss) && AllFinite(parameters)) _best = _best with { Parameters = parameters, Step = _batches.Place.Step };
        return Result(TrainingOutcome.Cancelled, $"Cancelled after {_batches.Place.Step} of {_options.Steps} steps.");
    }

    private TrainingResult Diverged(string what, string rows, float largest, in StepSettings settings)
    {
        string cause = !float.IsFinite(largest) ? $"{rows} a value that is not finite"
            : largest > 1e3 ? $"{rows} a value of magnitude {largest:G3}; scale the features"
            : $"the learning rate {settings.LearningRate:G3} is too high, or the KL weight {settings.KlWeight:G3} does not suit the data";
        string message = $"{what} at step {_batches.Place.Step}, epoch {_batches.Place.Epoch + 1}, batch {_batches.Place.Batch}. "
            + $"Likely cause: {cause}. The weights of step {_best.Step} are kept.";
        return Result(TrainingOutcome.Diverged, message);
    }

    // A full disk must not cost the model: training goes on, and the result tells.
    private void OfferCheckpoint()
    {
        try
        {
            _control.OnCheckpoint?.Invoke(Checkpoint());
            _unwritten = "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _unwritten = $" The checkpoint of step {_batches.Place.Step} could not be written: {e.Message}";
        }
    }

    private TrainingCheckpoint Checkpoint() => new(_architecture, _options, _engine.Save(), _batches.Place, _best, _pending, [.. _history]) { TrainingRows = _fingerprint, Decay = _decay };

    private TrainingResult Result(TrainingOutcome outcome, string message) => new(
        outcome, new VaeParameters(_layout, _best.Parameters), _best.Step, double.IsFinite(_best.Loss) ? _best.Loss : null, _history, message + _unwritten);
}
