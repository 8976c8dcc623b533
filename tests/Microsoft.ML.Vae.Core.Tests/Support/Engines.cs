namespace Microsoft.ML.Vae.Core.Tests.Support;

/// <summary>The engines that every engine test runs on.</summary>
internal static class Engines
{
    public static ITrainingEngineFactory[] All { get; } = [PlainEngine.Factory, ManagedEngine.Factory];

    public static ITrainingEngineFactory Named(string name) => All.Single(e => e.Name == name);
}
