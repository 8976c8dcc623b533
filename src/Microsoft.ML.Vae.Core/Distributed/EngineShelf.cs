using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Vae.Core;

/// <summary>Everything of a job that an engine is made from: the same text, the same engine.</summary>
/// <param name="Architecture">As in a file.</param>
/// <param name="Training">Options with the number of steps settled.</param>
/// <param name="IsUnit">Features that must lie in [0, 1].</param>
internal sealed record EngineFacts(JsonObject Architecture, JsonObject Training, bool[] IsUnit)
{
    public static EngineFacts Of(VaeFitPlan plan, TrainingOptions options) =>
        new(ArchitectureHeader.Write(plan.Architecture), JsonNode.Parse(HeaderJson.Write(options))!.AsObject(), plan.IsUnit);
}

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

/// <summary>Engines that wait for the next task: making one takes longer than a short round.</summary>
internal sealed class EngineShelf : IDisposable
{
    private readonly ConcurrentBag<ShelvedEngine> _engines = [];

    /// <summary>Takes an engine, or makes one; its state is whatever the last user left.</summary>
    public ShelvedEngine Take(string key)
    {
        while (_engines.TryTake(out var engine))
        {
            if (engine.Key == key) return engine;
            engine.Dispose();
        }
        return new ShelvedEngine(key);
    }

    public void Return(ShelvedEngine engine) => _engines.Add(engine);

    public void Dispose()
    {
        while (_engines.TryTake(out var engine)) engine.Dispose();
    }
}
