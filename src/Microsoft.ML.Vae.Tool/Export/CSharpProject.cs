namespace Microsoft.ML.Vae.Tool;

/// <summary>A small project of ML.NET that loads a model and scores tables with it.</summary>
internal static class CSharpProject
{
    /// <summary>Writes four files.</summary>
    /// <param name="detector">The model.</param>
    /// <param name="folder">Must be empty or not exist.</param>
    public static IReadOnlyList<string> Write(DetectorFile detector, string folder)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()) throw new UserErrorException($"'{folder}' is not empty; nothing was written.");
        Directory.CreateDirectory(folder);
        detector.Save(Path.Combine(folder, "model.zip"));
        TablePlanFile.Save(detector.Plan, Path.Combine(folder, "table.json"));
        string project = Path.GetFileName(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar)) + ".csproj";
        File.WriteAllText(Path.Combine(folder, "Program.cs"), Text("Export.Program"));
        File.WriteAllText(Path.Combine(folder, project), Text("Export.Project").Replace("VERSION", Provenance.ToolVersion, StringComparison.Ordinal));
        return ["model.zip", "table.json", "Program.cs", project];
    }

    private static string Text(string resource)
    {
        using var reader = new StreamReader(typeof(CSharpProject).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
