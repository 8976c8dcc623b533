/// <summary>What a run on generated data is given.</summary>
internal sealed record Setting
{
    /// <summary>Silo processes.</summary>
    public int Silos { get; init; } = 2;

    /// <summary>Threads of each.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Rows that train.</summary>
    public long Rows { get; init; } = 1_000_000;

    /// <summary>Files of each data set, and virtual shards.</summary>
    public int Shards { get; init; } = 8;

    /// <summary>Steps of each virtual shard; 0: as many as the library takes.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>Hidden widths of the encoder; the library's where nothing is said.</summary>
    public IReadOnlyList<int> Widths { get; init; } = new VaeFitOptions().HiddenWidths;

    /// <summary>Steps of a round; the library's where nothing is said.</summary>
    public int LocalSteps { get; init; } = new DistributedOptions().LocalSteps;

    /// <summary>Where data, states and outputs lie.</summary>
    public required string Folder { get; init; }

    /// <summary>Ends the run.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>The data to train on.</summary>
    public SensorShards TrainingData() => SensorShards.Make(Path.Combine(Folder, "data"), "train", Shards, Rows, anomalyEvery: 0);

    /// <summary>The data to score: as many rows, one in a hundred an anomaly.</summary>
    public SensorShards ScoringData() => SensorShards.Make(Path.Combine(Folder, "data"), "score", Shards, Rows, anomalyEvery: 100);

    /// <summary>The training.</summary>
    public DistributedJob Job(int seed = 0) => new()
    {
        Shards = TrainingData().Shards,
        Fit = new VaeFitOptions { HiddenWidths = Widths, Training = new TrainingOptions { Seed = seed, Steps = Steps } },
        Distribution = new DistributedOptions { VirtualShards = Shards, LocalSteps = LocalSteps },
    };

    /// <summary>The scoring.</summary>
    public DistributedScoringJob Scoring(AnomalyModel model, string output) => new() { Model = model, Shards = ScoringData().Shards, Folder = Path.Combine(Folder, output) };

    /// <summary>Silos that share a folder of this run's, with TLS between them as in a real cluster.</summary>
    public Task<LocalSilos> StartAsync(string name, int silos) => LocalSilos.StartAsync(Place(name), silos, Threads, Path.Combine(Folder, "logs", name));

    private ClusterPlace Place(string name)
    {
        string state = Path.Combine(Folder, "state", name), certificate = Path.Combine(Folder, "cluster.pfx");
        if (Directory.Exists(state)) Directory.Delete(state, recursive: true);
        if (!File.Exists(certificate)) ClusterCertificate.Create(certificate);
        return new ClusterPlace { Folder = state, Certificate = certificate, Name = name };
    }
}
