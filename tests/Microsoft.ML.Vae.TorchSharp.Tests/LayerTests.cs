using System.Reflection;

namespace Microsoft.ML.Vae.TorchSharp.Tests;

/// <summary>The engine sees the core and TorchSharp, nothing else; built without TorchSharp it is empty and says so.</summary>
public sealed class LayerTests
{
    private static readonly Assembly Engine = Assembly.Load("Microsoft.ML.Vae.TorchSharp");

#if TORCHSHARP
    [Fact]
    public void The_engine_knows_the_core_only()
    {
        string[] seen = [.. Engine.GetReferencedAssemblies().Select(a => a.Name!).Where(name => !name.StartsWith("System.", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        Assert.Equal(["Microsoft.ML.Vae.Core", "TorchSharp"], seen);
    }

    [Fact]
    public void An_engine_exchanges_parameters_and_batches_only() =>
        Assert.DoesNotContain(
            Engine.GetExportedTypes().SelectMany(t => t.GetMembers()).OfType<MethodBase>().SelectMany(m => m.GetParameters()),
            p => p.ParameterType.Namespace!.StartsWith("TorchSharp", StringComparison.Ordinal));

    [Fact]
    public void The_assembly_names_the_version_it_was_built_with() => Assert.Matches(@"^\d+\.\d+\.\d+", Mark());
#else
    [Fact]
    public void An_empty_assembly_says_that_it_is_empty()
    {
        Assert.DoesNotContain(Engine.GetTypes(), t => t.Namespace?.StartsWith("Microsoft.ML", StringComparison.Ordinal) == true);
        Assert.StartsWith("absent", Mark(), StringComparison.Ordinal);
    }
#endif

    private static string Mark() => Engine.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "TorchSharp").Value!;
}
