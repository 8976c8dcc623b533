using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>Rounds until training ends: local steps everywhere, their average, now and then a look at the rows that choose. What a training of one process decides after steps is decided after rounds.</summary>
internal sealed class TrainingRounds(
    DistributedJob job, VaeFitPlan plan, TrainingOptions options, TaskMember[] members, RowRoles roles, TaskRunner runner, ProgressReport report)
{
    private readonly string _engine = HeaderJson.Write(EngineFacts.Of(plan, options));
    private readonly ParameterLayout _layout = new(plan.Architecture);
    private readonly List<TrainingProgress> _history = [];
    private EngineState _state = new([], [], [], 0);
    private BestState _best = new([], double.PositiveInfinity, 0, 0);
    private PendingAverages _pending;
    private Decay? _decay;
    private long _step;

    private bool MayDecay => options.Schedule == LearningRateSchedule.Plateau && _decay is null;

    private int LocalSteps => job.Distribution.LocalSteps;

    private RoundState Place => new(_state, _step, _best, _pending, [.. _history], _decay);

    /// <summary>Runs the rounds that a state leaves to do; none where training had ended.</summary>
    public async Task<(JobState State, TrainingResult Result)> RunAsync(JobState state, Func<JobState, CancellationToken, Task> save, CancellationToken cancellation)
    {
        Begin(state.Rounds);
        if (state.Ended is null)
        {
            report.Begin(DistributedPhase.Training);
            if (state.Rounds is null && job.Fit.StartFrom is not null) await JudgeStartAsync(cancellation).ConfigureAwait(false);
            var ended = await TrainAsync(rounds => save(state with { Rounds = rounds }, cancellation), cancellation).ConfigureAwait(false);
            state = state with { Rounds = Place, Ended = ended };
        }
        return (state, Result(state.Ended));
    }

    // A state is kept while the next round runs, whose orders go out first, and told once it is kept.
    private async Task<TrainingEnd> TrainAsync(Func<RoundState, Task> save, CancellationToken cancellation)
    {
        RoundState? reached = null;
        while (_step < RateSchedule.End(options, _decay))
        {
            cancellation.ThrowIfCancellationRequested();
            if (await BesideAsync(reached, save, cancellation).ConfigureAwait(false) is { } ended) return ended;
            reached = Place;
        }
        await KeepAsync(reached, save).ConfigureAwait(false);
        return new TrainingEnd(TrainingOutcome.Completed, $"Completed {_step} steps on each virtual shard.");
    }

    // A state that cannot be kept ends the round: where another coordinator has the job, nobody serves this one's.
    private async Task<TrainingEnd?> BesideAsync(RoundState? reached, Func<RoundState, Task> save, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var (next, kept) = (NextAsync(stop.Token), KeepAsync(reached, save));
        try
        {
            await kept.ConfigureAwait(false);
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
        return await next.ConfigureAwait(false);
    }

    private Task KeepAsync(RoundState? reached, Func<RoundState, Task> save) => reached is null ? Task.CompletedTask : Task.Run(async () =>
    {
        await save(reached).ConfigureAwait(false);
        report.Round(reached.Step, reached.Decay?.To ?? options.Steps, LocalSteps, reached.History.Count > 0 ? reached.History[^1] : null);
    });

    // A round, and where it is due a look at the rows that choose. Returns how training ended; null: it goes on.
    private async Task<TrainingEnd?> NextAsync(CancellationToken cancellation)
    {
        long end = RateSchedule.End(options, _decay), before = _step;
        var settings = new StepSettings(RateSchedule.Rate(options, _decay, _step), options.KlWeightAt(_step), options.MaximumGradientNorm);
        if (await RoundAsync((int)Math.Min(LocalSteps, end - _step), settings, cancellation).ConfigureAwait(false) is { } trouble) return new TrainingEnd(TrainingOutcome.Diverged, trouble);
        bool isDue = _step / options.ValidationInterval > before / options.ValidationInterval || _step == end;
        if (!isDue) return null;
        double? validation = await ValidateAsync(cancellation).ConfigureAwait(false);
        if (validation is { } v && !double.IsFinite(v)) return new TrainingEnd(TrainingOutcome.Diverged, $"The validation loss became {v} at step {_step}. The weights of step {_best.Step} are kept.");
        Record(validation, settings);
        if (options.Patience is { } patience && _best.Misses >= patience) return new TrainingEnd(TrainingOutcome.EarlyStopped, $"Stopped early: no better validation loss in {patience} evaluations.");
        if (MayDecay && (_step == end || _best.Misses >= options.PlateauPatience)) BeginDecay(validation);
        return null;
    }

    private void Begin(RoundState? rounds)
    {
        if (rounds is not null)
        {
            (_state, _step, _best, _pending, _decay) = (rounds.Engine, rounds.Step, rounds.Best, rounds.Pending, rounds.Decay);
            _history.AddRange(rounds.History);
            return;
        }
        var initial = job.Fit.StartFrom?.Parameters ?? VaeParameters.Initialize(plan.Architecture, RandomStream.FromSeed(options.Seed ?? 0).Split(4), options.InitialWeights);
        _state = new EngineState(initial.Values.ToArray(), new float[_layout.Length], new float[_layout.Length], 0);
        _best = _best with { Parameters = _state.Parameters };
    }

    // What a warm start begins with stays the best state until another one is better, as in one process; a loss that is no number says nothing for it.
    private async Task JudgeStartAsync(CancellationToken cancellation)
    {
        if (await ValidateAsync(cancellation).ConfigureAwait(false) is { } loss && double.IsFinite(loss)) _best = new BestState(_state.Parameters, loss, 0, 0, MayDecay ? _state : null);
    }

    // Returns what went wrong; null: nothing.
    private async Task<string?> RoundAsync(int steps, StepSettings settings, CancellationToken cancellation)
    {
        bool isGradient = LocalSteps == 1;
        var order = RoundWork.Order(new RoundOrder(_engine, _step, isGradient ? 0 : steps, _state.Steps, _decay), plan.Scaling, _state);
        var sum = (await runner.SumAsync(members, order, RoundWork.Read, cancellation).ConfigureAwait(false))!;
        double loss = sum.Values[^2] / sum.Weight, kl = sum.Values[^1] / sum.Weight;
        if (!double.IsFinite(loss))
            return $"The loss became {loss} in the round of {steps} steps from step {_step}. Likely cause: a value that is not finite or far from scaled, or a learning rate of {settings.LearningRate:G3} too high. The weights of step {_best.Step} are kept.";
        _state = isGradient ? Stepped(sum, settings) : new EngineState(Mean(sum, 0), Mean(sum, 1), Mean(sum, 2), _state.Steps + steps);
        _pending = new PendingAverages(_pending.Loss + loss, _pending.Kl + kl, _pending.Batches + steps);
        _step += steps;
        return float.IsFinite(TensorPrimitives.MaxMagnitude<float>(_state.Parameters)) ? null : $"A weight stopped being a number in the round up to step {_step}. The weights of step {_best.Step} are kept.";
    }

    // Each part of the sum is used up.
    private float[] Mean(WeightedSum sum, int part)
    {
        var mean = new float[_layout.Length];
        var values = sum.Values.AsSpan(part * mean.Length, mean.Length);
        TensorPrimitives.Divide(values, sum.Weight, values);
        TensorPrimitives.ConvertTruncating<double, float>(values, mean);
        return mean;
    }

    // One step of Adam on the mean gradient: what one process does on all batches as one.
    private EngineState Stepped(WeightedSum sum, StepSettings settings)
    {
        var adam = new Adam(_layout, new EngineSettings { MaximumBatchSize = options.BatchSize, Bound = options.Bound }, plan.Architecture.Likelihood.ParameterFloor);
        float[] parameters = [.. _state.Parameters];
        adam.Load(_state, parameters);
        adam.Step(parameters, Mean(sum, 0), settings);
        return adam.Save(parameters);
    }

    private async Task<double?> ValidateAsync(CancellationToken cancellation)
    {
        if (roles.Chose == 0) return null;
        var order = ValidationWork.Order(new ValidationOrder(_engine, RowDraws.KeysBelow(roles.Chose, options.MaximumValidationRows)), plan.Scaling, _state.Parameters);
        double[] losses = [.. (await runner.RunAsync(members, order, cancellation).ConfigureAwait(false)).SelectMany(ValidationWork.Read).Order()];
        if (losses.Length == 0) return null;
        // As one process judges: the mean of the lowest losses, of the last of them a part.
        double kept = options.ValidationShare * losses.Length, sum = 0;
        for (int i = 0; i < kept; i++) sum += Math.Min(1, kept - i) * losses[i];
        return sum / kept;
    }

    private void Record(double? validation, in StepSettings settings)
    {
        if (validation is null || validation < _best.Loss)
            _best = new BestState(_state.Parameters, validation ?? double.PositiveInfinity, _step, 0, MayDecay && validation is not null ? _state : null);
        else
            _best = _best with { Misses = _best.Misses + 1 };
        int batches = Math.Max(1, _pending.Batches);
        _history.Add(new TrainingProgress(_step, _decay?.To ?? options.Steps, Epoch(), _pending.Loss / batches, _pending.Kl / batches, validation, settings.LearningRate));
        _pending = default;
    }

    private int Epoch() => (int)(_step * options.BatchSize * members.Length / Math.Max(1, roles.Trained)) + 1;

    private void BeginDecay(double? validation)
    {
        _decay = RateSchedule.Begin(options, _step, _best.Step);
        if (validation is not null && _best.Engine is { } best) _state = best;
        _best = _best with { Misses = 0, Engine = null };
    }

    private TrainingResult Result(TrainingEnd end) =>
        new(end.Outcome, new VaeParameters(_layout, _best.Parameters), _best.Step, double.IsFinite(_best.Loss) ? _best.Loss : null, [.. _history], end.Message);
}
