using System.Runtime.CompilerServices;
using Microsoft.ML.Vae.Tests.Support;

namespace Microsoft.ML.Vae.Report.Tests;

/// <summary>The public surface changes on purpose or not at all. After a change on purpose: MLVAE_UPDATE_API=1 dotnet test tests/Microsoft.ML.Vae.Report.Tests, and commit the file.</summary>
public class PublicApiTests
{
    private const string Name = "PublicApi.Microsoft.ML.Vae.Report.txt";

    [Fact]
    public void Public_surface_is_as_recorded()
    {
        string actual = PublicApi.Of(typeof(ReportFile).Assembly);
        if (Environment.GetEnvironmentVariable("MLVAE_UPDATE_API") == "1") File.WriteAllText(Path.Combine(Path.GetDirectoryName(Source())!, Name), actual);
        else Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, Name)), actual);
    }

    private static string Source([CallerFilePath] string path = "") => path;
}
