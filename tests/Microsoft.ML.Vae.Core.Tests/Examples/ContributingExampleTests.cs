using System.Runtime.CompilerServices;

namespace Microsoft.ML.Vae.Core.Tests.Examples;

/// <summary>CONTRIBUTING's worked examples are what compiles here; their own tests stand beside them.</summary>
public class ContributingExampleTests
{
    [Theory]
    [InlineData("PoissonLikelihood")]
    [InlineData("RowNormalization")]
    [InlineData("LaplacePrior")]
    [InlineData("PushForwardDensity")]
    public void The_source_is_the_one_shown(string example)
    {
        string shown = File.ReadAllText(Beside("../../../CONTRIBUTING.md")).ReplaceLineEndings("\n"), source = File.ReadAllText(Beside($"{example}.cs")).ReplaceLineEndings("\n");
        Assert.Contains("```csharp\n" + source + "```\n", shown, StringComparison.Ordinal);
    }

    private static string Beside(string path, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, path);
}
