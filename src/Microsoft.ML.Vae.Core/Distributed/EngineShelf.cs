using System.Collections.Concurrent;

namespace Microsoft.ML.Vae.Core;

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
