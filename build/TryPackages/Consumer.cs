using System.Diagnostics;
using System.Security;

/// <summary>A project as a user would make it, in a temporary folder, with a package folder of its own, so that nothing of the repository or of earlier runs helps.</summary>
internal static class Consumer
{
    /// <returns>What the program printed.</returns>
    public static string Run(ReadmeProgram readme, Package package, string[] args)
    {
        var folder = Directory.CreateTempSubdirectory("mlvae-consumer-");
        try
        {
            Write(folder.FullName, readme, package, args);
            Dotnet(folder.FullName, "build", "-v", "quiet", "-nologo", "-warnaserror");
            return Dotnet(folder.FullName, "run", "--no-build", "--framework", "net10.0");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Write(string folder, ReadmeProgram readme, Package package, string[] args)
    {
        var (packages, repository, mlnet) = (Path.GetFullPath(args[0]), args[2], args[3]);
        void Save(string name, string text) => File.WriteAllText(Path.Combine(folder, name), text);
        Save("Program.cs", readme.Source);
        File.Copy(Path.Combine(repository, "samples", "Quickstart", "SampleData.cs"), Path.Combine(folder, "SampleData.cs"));
        Save("Consumer.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFrameworks>net8.0;net10.0</TargetFrameworks>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="MLVae" Version="{package.Version}" />
                <PackageReference Include="Microsoft.ML" Version="{mlnet}" />
              </ItemGroup>
            </Project>
            """);
        var sources = args[4..].Prepend(packages).Select((source, i) => $"""<add key="source{i}" value="{SecurityElement.Escape(source)}" />""");
        Save("nuget.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <packageSources><clear />{string.Concat(sources)}</packageSources>
              <packageSourceMapping><clear /></packageSourceMapping>
            </configuration>
            """);
    }

    private static string Dotnet(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // A variable would win against the folder that the project's own nuget.config names.
        start.Environment.Remove("NUGET_PACKAGES");
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Expect.That(process.ExitCode == 0, $"'dotnet {string.Join(' ', arguments)}' in the consumer ended with {process.ExitCode}:\n{output}{errors.Result}");
        return output;
    }
}
