namespace Microsoft.ML.Vae.Core;

/// <summary>An engine of one thread, and what it was made from.</summary>
internal sealed class ShelvedEngine : IDisposable
{
    public ShelvedEngine(string key)
    {
        var facts = HeaderJson.Read<EngineFacts>(key);
        (Key, IsUnit, Options) = (key, facts.IsUnit, HeaderJson.Read<TrainingOptions>(facts.Training.ToJsonString()));
        Architecture = ArchitectureHeader.Read(facts.Architecture);
        Layout = new ParameterLayout(Architecture);
        Observed = ObservedValues.Of(Architecture.Likelihood, Architecture.FeatureCount);
        Engine = ManagedEngine.Factory.Create(
            Architecture, new VaeParameters(Layout, new float[Layout.Length]), new EngineSettings { MaximumBatchSize = Options.BatchSize, Bound = Options.Bound, Threads = 1 });
    }

    public string Key { get; }

    public VaeArchitecture Architecture { get; }

    public ParameterLayout Layout { get; }

    public TrainingOptions Options { get; }

    public bool[] IsUnit { get; }

    public ObservedValues? Observed { get; }

    public ITrainingEngine Engine { get; }

    public void Dispose() => Engine.Dispose();
}
