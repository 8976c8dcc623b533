// TryPackages <packages> <packages of a second run> <repository> <Microsoft.ML version> <source>...
// Looks into the packages, compares the two runs, then makes a project in a temporary folder, feeds it from the packages and the sources alone,
// and runs what README.md shows. Says in one line what is wrong.
using System.IO.Compression;

if (args.Length < 4)
{
    Console.Error.WriteLine("usage: TryPackages <packages> <packages of a second run> <repository> <Microsoft.ML version> <source>...");
    return 2;
}
try
{
    string[] expected = ["MLVae", "MLVae.Core", "MLVae.Geometry", "MLVae.Hosting", "MLVae.Report", .. string.IsNullOrEmpty(Environment.GetEnvironmentVariable("ORLEANS_FEED")) ? Array.Empty<string>() : ["MLVae.Orleans"]];
    Package[] packages = [.. Directory.EnumerateFiles(args[0], "*.nupkg").Where(p => !ToolPackage.Is(p)).Order(StringComparer.Ordinal).Select(Package.Open)];
    Expect.That(expected.All(id => packages.Any(p => p.Id == id)), $"Expected packages {string.Join(", ", expected)}, got {string.Join(", ", packages.Select(p => p.Id))}.");
    foreach (var package in packages)
    {
        package.Check();
        Console.WriteLine(package.Summary());
    }
    var tool = new ToolPackage(Directory.EnumerateFiles(args[0], "*.nupkg").SingleOrDefault(ToolPackage.Is) ?? throw new ExpectationException("Expected the package MLVae.Tool."));
    tool.Check(args[1]);
    Console.WriteLine(tool.Summary());
    int same = packages.Sum(p => p.CheckSame(args[1]));
    Console.WriteLine($"{same} assemblies and symbol files are the same bytes in two runs");
    var readme = ReadmeProgram.Read(Path.Combine(args[2], "README.md"), Path.Combine(args[2], "docs", "guide.md"));
    string output = Consumer.Run(readme, packages.Single(p => p.Id == "MLVae"), args);
    bool digits = readme.CheckOutput(output);
    Console.WriteLine($"README's {readme.SnippetCount} snippets compile for net8.0 and net10.0 and print {(digits ? "what it shows" : "what it shows, with other digits")}");
    Console.WriteLine($"RESULT packages={packages.Length} identical={same} snippets={readme.SnippetCount} digits={(digits ? "equal" : "other")}");
    return 0;
}
catch (Exception e) when (e is ExpectationException or IOException or InvalidDataException)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 1;
}

/// <summary>What must hold of a package.</summary>
internal static class Expect
{
    public static void That(bool holds, string otherwise)
    {
        if (!holds) throw new ExpectationException(otherwise);
    }
}

internal sealed class ExpectationException(string message) : Exception(message);
