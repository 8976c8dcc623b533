using Microsoft.ML.Vae.TorchSharp;

[assembly: CollectionBehavior(DisableTestParallelization = true)] // libtorch counts tensors and threads for the whole process

namespace Microsoft.ML.Vae.Core.Tests.Support;

/// <summary>The engine that the shared suites run on here.</summary>
internal static class Engines
{
    public static ITrainingEngineFactory[] All { get; } = [TorchSharpEngine.Factory];

    public static ITrainingEngineFactory Named(string name) => All.Single(e => e.Name == name);
}
