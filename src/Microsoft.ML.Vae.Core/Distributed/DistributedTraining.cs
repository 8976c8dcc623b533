namespace Microsoft.ML.Vae.Core;

/// <summary>Trains a detector on the shards of a job: surveys them, runs rounds of local steps and averages, draws rows to calibrate and to remember.</summary>
/// <remarks>Each phase asks every virtual shard once and joins what comes back in their order: the result has the same bits on any number of workers, whichever comes first, and whoever vanishes.
/// With a store the state is kept after the survey and, while the next one runs, after each round; the same job goes on from it.</remarks>
public sealed class DistributedTraining
{
    private readonly DistributedJob _job;
    private readonly IJobStore? _store;
    private readonly RawColumns? _named;
    private readonly TaskRunner _runner;
    private readonly RowFacts _rows;
    private readonly ulong _fingerprint;

    /// <summary>Prepares a job.</summary>
    /// <param name="job">What to train.</param>
    /// <param name="cluster">Workers.</param>
    /// <param name="store">Keeps the state; null: a coordinator that dies begins again.</param>
    /// <exception cref="ArgumentException">Something of the job is out of range, or does not fit.</exception>
    public DistributedTraining(DistributedJob job, IShardCluster cluster, IJobStore? store = null)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(cluster);
        (_job, _store, _fingerprint) = (job.Validated(), store, job.Fingerprint());
        int? inputs = job.Fit.StartFrom?.InputCount ?? job.Fit.Columns?.Sum(c => c.Length) ?? job.FeatureNames?.Count;
        bool isNamed = inputs is not null;
        if (!isNamed && job.Fit.IncludeMissingness) throw new ArgumentException($"{nameof(VaeFitOptions.IncludeMissingness)} needs {nameof(DistributedJob.FeatureNames)}, which tell how many features there are.", nameof(job));
        _named = isNamed ? RawColumns.Of(job.Fit, job.FeatureNames, inputs!.Value) : new RawColumns(null, [], null);
        _rows = new RowFacts(job.Fit.Training.Seed ?? 0, job.Fit.HeldOutFraction, [.. _named.Watched], inputs ?? 0, job.Distribution.OnCorrupt);
        _runner = new TaskRunner(cluster, _rows);
    }

    /// <summary>Runs the job to its end, or goes on with it.</summary>
    /// <param name="progress">Receives a line per round; null: nobody.</param>
    /// <param name="cancellation">Ends the job; what is done stays in the store.</param>
    /// <exception cref="ShardException">A shard cannot be read, or was changed; it is named.</exception>
    /// <exception cref="InvalidOperationException">There are no rows to train or calibrate on, or values that the likelihood cannot model; or the store holds the state of another job.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<DistributedResult> RunAsync(IProgress<DistributedProgress>? progress = null, CancellationToken cancellation = default)
    {
        var report = new ProgressReport(progress, _runner);
        var state = await LoadAsync(cancellation).ConfigureAwait(false);
        if (state.Survey is null)
        {
            report.Begin(DistributedPhase.Survey);
            state = await SurveyAsync(state, cancellation).ConfigureAwait(false);
            await SaveAsync(state, cancellation).ConfigureAwait(false);
        }
        var members = Members(state.Survey!);
        var (plan, options) = Plan(state);
        var rounds = new TrainingRounds(_job, plan, options, members, state.Survey!.Roles, _runner, report);
        TrainingResult training;
        (state, training) = await rounds.RunAsync(state, SaveAsync, cancellation).ConfigureAwait(false);
        if (state.Model is null)
        {
            report.Begin(DistributedPhase.Calibration);
            state = state with { Model = await FinishAsync(plan, training, members, state.Survey!.Roles, cancellation).ConfigureAwait(false) };
            await SaveAsync(state, cancellation).ConfigureAwait(false);
        }
        return new DistributedResult(AnomalyModelFile.Load(new MemoryStream(state.Model)), training, state.Survey!.Roles, state.Survey.Skipped, report.Totals());
    }

    private async Task<JobState> LoadAsync(CancellationToken cancellation)
    {
        if (_store is null || await _store.LoadAsync(cancellation).ConfigureAwait(false) is not { } bytes) return new JobState(_fingerprint);
        var state = JobState.FromBytes(bytes);
        return state.Job == _fingerprint ? state : throw new InvalidOperationException("The store holds the state of another job: give each job a store of its own, or remove what it holds.");
    }

    private Task SaveAsync(JobState state, CancellationToken cancellation) => _store?.SaveAsync(state.ToBytes(), cancellation) ?? Task.CompletedTask;

    private TaskMember[] Members(SurveyState? survey = null)
    {
        var skipped = survey?.Skipped.Select(s => s.Name).ToHashSet() ?? [];
        return [.. VirtualShards.Of(_job.Shards, _job.Distribution.VirtualShards).Select((shards, v) => new TaskMember(v, [.. shards.Where(s => !skipped.Contains(s.Name))], survey?.Fingerprints[v]))];
    }

    private async Task<JobState> SurveyAsync(JobState state, CancellationToken cancellation)
    {
        var results = await _runner.RunAsync(Members(), SurveyWork.Order(ColumnPlan.Blocks(_named!.Columns ?? [])), cancellation).ConfigureAwait(false);
        var found = results.SelectMany(SurveyWork.Read).ToArray();
        int m = found.Max(f => f.Facts.Features);
        if (found.FirstOrDefault(f => f.Facts.Roles != new RowRoles(0, 0, 0) && f.Facts.Features != m) is { Facts: not null } other)
            throw new ShardException(Members()[other.Facts.Index].Shards[0].Name, $"it has {other.Facts.Features} features, others have {m}.");
        RowRoles roles = new(found.Sum(f => f.Facts.Roles.Trained), found.Sum(f => f.Facts.Roles.Chose), found.Sum(f => f.Facts.Roles.Calibrated));
        if (roles.Trained == 0 || roles.Calibrated == 0)
            throw new InvalidOperationException($"Of the rows of all shards {roles.Trained} train and {roles.Calibrated} calibrate: give more rows, or another {nameof(VaeFitOptions.HeldOutFraction)}.");
        var survey = NewSurvey(m);
        foreach (var (facts, numbers) in found)
            if (facts.Features == m) survey.Join(numbers);
        return state with { Survey = new SurveyState([.. found.Select(f => f.Facts.Fingerprint)], roles, m, [.. found.SelectMany(f => f.Facts.Skipped)]), Numbers = survey.ToNumbers() };
    }

    private Survey NewSurvey(int m) => new(m, ColumnPlan.Blocks(_named!.Columns ?? []));

    private (VaeFitPlan Plan, TrainingOptions Options) Plan(JobState state)
    {
        var survey = NewSurvey(state.Survey!.Features).Join(state.Numbers);
        var plan = VaeFitPlan.Of(_job.Fit, _named!, survey.Moments.ToStatistics(), survey.Blocks, survey.Faults);
        return (plan, _job.Fit.Training.ForRows(state.Survey.Roles.Trained / _job.Distribution.VirtualShards) with { Seed = _rows.Seed });
    }

    private async Task<byte[]> FinishAsync(VaeFitPlan plan, TrainingResult training, TaskMember[] members, RowRoles roles, CancellationToken cancellation)
    {
        int m = plan.Architecture.FeatureCount;
        var draws = new RowDraws(_runner, members, m);
        var candidates = await draws.DrawAsync(RowSampleKind.Candidates, roles.Trained + roles.Chose, ReferenceSelection.Candidates(_job.Fit.ReferenceRows, m), cancellation).ConfigureAwait(false);
        // Where no row chooses, all candidates train.
        var (kind, count) = roles.Chose > 0 ? (RowSampleKind.Choosing, roles.Chose) : (RowSampleKind.Candidates, roles.Trained);
        var measured = await draws.DrawAsync(kind, count, _job.Fit.Training.MaximumValidationRows, cancellation).ConfigureAwait(false);
        var calibration = await draws.DrawAsync(RowSampleKind.Calibration, roles.Calibrated, AnomalyModel.MaximumCalibrationRows, cancellation).ConfigureAwait(false);
        return await Task.Run(() => Detector(plan, training, candidates, measured, calibration, roles), cancellation).ConfigureAwait(false);
    }

    private byte[] Detector(VaeFitPlan plan, TrainingResult training, MatrixRows candidates, MatrixRows measured, MatrixRows calibration, RowRoles roles)
    {
        var fit = plan.Finish(training, plan.Choose(candidates), measured, calibration, roles);
        using var file = new MemoryStream();
        AnomalyModelFile.Save(AnomalyModel.Calibrate(fit, _job.Estimator, _job.FalseAlarmRate), file);
        return file.ToArray();
    }
}
