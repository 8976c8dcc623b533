using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Microsoft.ML.Vae.Tests;

/// <summary>What the README shows is what compiles and runs.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Root = RootFolder();

    [Fact]
    public void Every_CSharp_snippet_stands_in_the_quickstart()
    {
        string program = Plain(File.ReadAllText(Path.Combine(Root, "samples", "Quickstart", "Program.cs")));
        string[] snippets = [.. Snippet().Matches(string.Concat(new[] { "README.md", "docs/guide.md" }.Select(d => File.ReadAllText(Path.Combine(Root, d)))).ReplaceLineEndings("\n")).Select(m => Plain(m.Groups[1].Value))];
        Assert.NotEmpty(snippets);
        Assert.All(snippets, snippet => Assert.Contains(snippet, program, StringComparison.Ordinal));
    }

    /// <summary>All pages, the root's and those of docs.</summary>
    public static TheoryData<string> Pages =>
        [.. Directory.EnumerateFiles(Root, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories)).Select(path => Path.GetRelativePath(Root, path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_leads_to_a_file(string document) => Assert.All(
        Link().Matches(File.ReadAllText(Path.Combine(Root, document))).Select(m => m.Groups[1].Value).Where(l => !l.StartsWith("http", StringComparison.Ordinal)),
        link => Assert.True(Path.Exists(Path.Combine(Root, Path.GetDirectoryName(document)!, link)), $"{document} links to {link}, which does not exist."));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex(@"\]\(([^)#]+)[^)]*\)")]
    private static partial Regex Link();

    private static string Plain(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Trim().Split('\n').Select(line => line.TrimEnd()));

    private static string RootFolder([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", ".."));
}
