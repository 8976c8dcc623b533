using System.Reflection;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Tests;

/// <summary>The public surface changes on purpose or not at all. After a change on purpose: MLVAE_UPDATE_API=1 dotnet test tests/Microsoft.ML.Vae.Tests, and commit the files.</summary>
public sealed class PublicApiTests
{
    public static TheoryData<string> Libraries { get; } = ["Microsoft.ML.Vae", "Microsoft.ML.Vae.Core", "Microsoft.ML.Vae.Geometry"];

    [Theory, MemberData(nameof(Libraries))]
    public void Public_surface_is_as_recorded(string library)
    {
        string actual = PublicApi.Of(Assembly.Load(library)), name = $"PublicApi.{library}.txt";
        if (Environment.GetEnvironmentVariable("MLVAE_UPDATE_API") == "1") File.WriteAllText(Path.Combine(SourceFolder(), name), actual);
        else Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, name)), actual);
    }

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
