namespace Experiments;

/// <summary>How large an experiment is.</summary>
internal enum StudySize
{
    /// <summary>Seconds, on generated data.</summary>
    Tiny,

    /// <summary>Minutes on two cores.</summary>
    Usual,

    /// <summary>As published.</summary>
    Full,
}

/// <summary>What the command line says.</summary>
internal sealed record StudySettings(StudySize Size, int? Seeds, string Out, string Data, string? Results, IReadOnlyList<string>? Only = null);

/// <summary>One experiment's surroundings: its size, data, kept runs and progress.</summary>
internal sealed class Study(string experiment, StudySettings settings, IRunProgress progress)
{
    private readonly KeptRuns _kept = new(settings);
    private readonly SortedDictionary<string, RunTime> _times = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _leftOut = new(StringComparer.Ordinal);

    public StudySize Size => settings.Size;

    public bool IsTiny => Size == StudySize.Tiny;

    public DataFolder Data { get; } = new(settings.Data);

    /// <summary>Of each run asked for, whenever it was.</summary>
    public IReadOnlyDictionary<string, RunTime> Times => _times;

    /// <summary>What belongs to the experiment at this size and was not asked for.</summary>
    public IReadOnlyCollection<string> LeftOut => _leftOut;

    /// <summary>Whether a part of the experiment was asked for; without --only all are.</summary>
    public bool Includes(string part)
    {
        bool isIncluded = settings.Only is not { Count: > 0 } only || only.Contains(part);
        if (!isIncluded) _leftOut.Add(part);
        return isIncluded;
    }

    /// <summary>Notes with figures of the usual size; of another size none.</summary>
    public IReadOnlyList<string> AtUsualSize(params IReadOnlyList<string> notes) => Size == StudySize.Usual ? notes : [];

    /// <summary>One of three by size.</summary>
    public T Pick<T>(T tiny, T usual, T full) => Size switch { StudySize.Tiny => tiny, StudySize.Usual => usual, StudySize.Full => full };

    /// <summary>Number of seeds: asked for, or the experiment's own; one of a tiny size.</summary>
    public int Seeds(int usual, int full)
    {
        int own = Pick(1, usual, full), seeds = settings.Seeds ?? own;
        if (seeds < own) _leftOut.Add($"all but {seeds} of {own} seeds");
        return seeds;
    }

    /// <summary>Says how many runs are to come, so that the time left can be told.</summary>
    public void Expect(int runs) => progress.Expect(runs);

    /// <summary>A finished run as it was kept, or runs it now and keeps it.</summary>
    /// <param name="model">What is run, with the numbers it depends on, such as epochs: with the seed it names the file.</param>
    /// <param name="seed">Of this run.</param>
    /// <param name="run">Does it.</param>
    public T Run<T>(string model, int seed, Func<T> run)
    {
        string name = $"{model} seed {seed}";
        var (value, isNew, time) = _kept.Get(experiment, $"{model}-{seed}", run);
        _times[$"{experiment}/{model}-{seed}"] = time;
        progress.Done(name, isNew, time);
        return value;
    }

    /// <summary>A trained model as it was kept, or trains it now; other experiments may ask for the same.</summary>
    public VaeModel Model(string model, int seed, Func<VaeModel> train) => Model(model, seed, train, VaeModelFile.Save, VaeModelFile.Load);

    /// <summary>The same of any kind of model.</summary>
    public T Model<T>(string model, int seed, Func<T> train, Action<T, string> save, Func<string, T> load)
    {
        string path = _kept.PathOf("models", $"{model}-{seed}", "model");
        var (_, isNew, time) = _kept.Get("models", $"{model}-{seed}", () =>
        {
            save(train(), path);
            return true;
        });
        _times[$"models/{model}-{seed}"] = time;
        progress.Done($"{model} seed {seed}", isNew, time);
        return load(path);
    }
}
