using System.Reflection;

namespace Microsoft.ML.Vae.TorchSharp.Tests;

/// <summary>The engine sees the core and TorchSharp, nothing else; built without TorchSharp it is empty and says so.</summary>
public sealed class LayerTests
{
    private static readonly Assembly Engine = Assembly.Load("Microsoft.ML.Vae.TorchSharp");

#if TORCHSHARP
    [Fact]
    public void TheEngineKnowsTheCoreOnly()
    {
        string[] seen = [.. Engine.GetReferencedAssemblies().Select(a => a.Name!).Where(name => !name.StartsWith("System.", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        Assert.Equal(["Microsoft.ML.Vae.Core", "TorchSharp"], seen);
    }

    [Fact]
    public void AnEngineExchangesParametersAndBatchesOnly() =>
        Assert.DoesNotContain(
            Engine.GetExportedTypes().SelectMany(t => t.GetMembers()).OfType<MethodBase>().SelectMany(m => m.GetParameters()),
            p => p.ParameterType.Namespace!.StartsWith("TorchSharp", StringComparison.Ordinal));

    [Fact]
    public void TheAssemblyNamesTheVersionItWasBuiltWith() => Assert.Matches(@"^\d+\.\d+\.\d+", Mark());
#else
    [Fact]
    public void AnEmptyAssemblySaysThatItIsEmpty()
    {
        Assert.DoesNotContain(Engine.GetTypes(), t => t.Namespace?.StartsWith("Microsoft.ML", StringComparison.Ordinal) == true);
        Assert.StartsWith("absent", Mark(), StringComparison.Ordinal);
    }
#endif

    private static string Mark() => Engine.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "TorchSharp").Value!;
}
