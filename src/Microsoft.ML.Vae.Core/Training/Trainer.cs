namespace Microsoft.ML.Vae.Core;

/// <summary>The only training loop: order, noise, schedules, validation, best weights, checkpoints, cancellation, progress. The engine does the rest.</summary>
public sealed class Trainer
{
    private readonly VaeArchitecture _architecture;
    private readonly TrainingOptions _options;
    private readonly ITrainingEngineFactory _engines;
    private readonly EngineSettings _settings;

    /// <summary>Prepares a training.</summary>
    /// <exception cref="ArgumentException">Sizes or options are out of range.</exception>
    public Trainer(VaeArchitecture architecture, TrainingOptions options, ITrainingEngineFactory? engines = null)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(options);
        (_architecture, _options, _engines) = (architecture.Validated(), options.Validated() with { Seed = options.Seed ?? 0 }, engines ?? ManagedEngine.Factory);
        _settings = new EngineSettings { MaximumBatchSize = options.BatchSize, Bound = options.Bound };
    }

    /// <summary>Trains on scaled rows; NaN is a missing value, unless the likelihood mixes features.</summary>
    /// <param name="training">Rows to learn from.</param>
    /// <param name="validation">Rows that choose the best state; null: the last state is the result.</param>
    /// <param name="control">Progress, checkpoints, resumption, cancellation.</param>
    /// <exception cref="InvalidOperationException">There are no training rows.</exception>
    /// <exception cref="ArgumentException">The rows or the checkpoint do not fit the architecture or options.</exception>
    /// <exception cref="OperationCanceledException">Cancelled in a pass over the rows before the first step; a pass is made to count or to fingerprint them, or to draw validation rows.</exception>
    public TrainingResult Train(IRowSource training, IRowSource? validation = null, TrainingControl? control = null)
    {
        ArgumentNullException.ThrowIfNull(training);
        control ??= new TrainingControl();
        if (control.Threads is < 1) throw new ArgumentOutOfRangeException(nameof(control), control.Threads, "Expected at least one thread.");
        CheckFits(training);
        if (validation is not null) CheckFits(validation);
        bool isCheckpointed = control.ResumeFrom is not null || control.OnCheckpoint is not null;
        string? fingerprint = isCheckpointed ? control.Fingerprint : null;
        if ((isCheckpointed && fingerprint is null) || (training.Count is null && _options.Steps == 0))
        {
            var read = RowsFingerprint.Of(training, control.ThrowIfStopRequested);
            (training, fingerprint) = (new CountedRows(training, read.Rows), fingerprint ?? read.ToString());
        }
        // A number that is still unknown is of no account: the steps were given.
        var options = training.Count is { } rows ? _options.ForRows(rows) : _options;
        CheckFits(control.ResumeFrom, options);
        if (control.StartFrom is { } start && !start.Layout.Blocks.SequenceEqual(new ParameterLayout(_architecture).Blocks))
            throw new ArgumentException("The parameters to start from belong to another architecture.", nameof(control));
        if (control.ResumeFrom?.TrainingRows is { } made && RowsFingerprint.Differ(made, fingerprint!))
            throw new ArgumentException("The checkpoint was made on other training rows; delete it, or give the rows it was made on, in the same order.", nameof(control));
        var random = RandomStream.FromSeed(options.Seed ?? 0);
        var initial = control.StartFrom ?? VaeParameters.Initialize(_architecture, random.Split(4), options.InitialWeights);
        using var engine = _engines.Create(_architecture, initial, Settings(training, control));
        if (control.ResumeFrom is { } checkpoint) engine.Load(checkpoint.Engine);
        var observed = ObservedValues.Of(_architecture.Likelihood, _architecture.FeatureCount);
        using var batches = new BatchSequence(training, _architecture.LatentDimension * options.Bound.Draws, options.BatchSize, random.Split(5), control.ResumeFrom?.Place ?? default, observed);
        var validationSet = validation is null ? null : new ValidationSet(validation, _architecture.LatentDimension, options, control.ThrowIfStopRequested, observed);
        return new TrainingRun(_architecture, options, engine, batches, validationSet is { IsEmpty: true } ? null : validationSet, control, initial, fingerprint).Run();
    }

    /// <summary>Trains several on the same rows at once, each with the bits that it has alone: small models share out cores better than a step of one does.</summary>
    /// <remarks>As many as there are threads run at a time, the next when one ends; each has a thread of its own, and more where there are fewer members than threads.
    /// A member that diverges or is cancelled between steps says so in its result; an exception of one keeps others from beginning, and is thrown when those that run have ended: what they learnt is lost, but for checkpoints.</remarks>
    /// <param name="members">Of any architectures and options: seeds of an ensemble, settings of a search.</param>
    /// <param name="training">Rows to learn from, in memory.</param>
    /// <param name="validation">Rows that choose each one's best state, in memory; null: the last state is the result.</param>
    /// <param name="control">Of each member by its index, called on any thread; its number of threads is ours to choose. Null: none.</param>
    /// <param name="threads">Threads to share out; null: as many as there are processors. No result depends on it.</param>
    /// <returns>In the order of the members.</returns>
    /// <exception cref="ArgumentException">Rows are streamed: each member reads them for itself. Or what <see cref="Train"/> refuses.</exception>
    /// <exception cref="OperationCanceledException">A member was cancelled before its first step.</exception>
    public static IReadOnlyList<TrainingResult> TrainAll(
        IReadOnlyList<Trainer> members, IRowSource training, IRowSource? validation = null, Func<int, TrainingControl>? control = null, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(training);
        if (threads is < 1) throw new ArgumentOutOfRangeException(nameof(threads), threads, "Expected at least one thread.");
        if (!training.IsInMemory || validation is { IsInMemory: false })
            throw new ArgumentException("Expected rows in memory, where every member can read them at once, got a stream; train the members one after another.", nameof(training));
        return TrainingTurns.Run(members.Count, threads ?? Environment.ProcessorCount, (k, own) => members[k].Train(training, validation, (control?.Invoke(k) ?? new TrainingControl()) with { Threads = own }));
    }

    // No batch is larger than the rows, whatever the options allow.
    private EngineSettings Settings(IRowSource training, TrainingControl control) => _settings with
    {
        MaximumBatchSize = (int)Math.Min(_options.BatchSize, Math.Max(training.Count ?? int.MaxValue, _options.MaximumValidationRows)),
        Threads = control.Threads ?? _settings.Threads,
    };

    private void CheckFits(IRowSource rows)
    {
        if (rows.FeatureCount != _architecture.FeatureCount)
            throw new ArgumentException($"The architecture has {_architecture.FeatureCount} features, the rows have {rows.FeatureCount}.", nameof(rows));
    }

    private void CheckFits(TrainingCheckpoint? checkpoint, TrainingOptions options)
    {
        if (checkpoint is not null && (!checkpoint.Architecture.Equals(_architecture) || checkpoint.Options != options))
            throw new ArgumentException("The checkpoint belongs to another architecture or other training options; delete it, or restore the options it was made with.", nameof(checkpoint));
    }
}
