namespace Microsoft.ML.Vae.Tool;

/// <summary>A small project of ML.NET that loads a model and scores tables with it.</summary>
internal static class CSharpProject
{
    /// <summary>Writes four files, or none.</summary>
    /// <param name="detector">The model.</param>
    /// <param name="folder">Must be empty or not exist.</param>
    /// <exception cref="UserErrorException">The folder holds something.</exception>
    public static IReadOnlyList<string> Write(DetectorFile detector, string folder)
    {
        string target = Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar), project = Path.GetFileName(target) + ".csproj", temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()) throw new UserErrorException($"'{folder}' is not empty; nothing was written.");
        Directory.CreateDirectory(temporary);
        try
        {
            detector.Save(Path.Combine(temporary, "model.zip"));
            TablePlanFile.Save(detector.Plan, Path.Combine(temporary, "table.json"));
            File.WriteAllText(Path.Combine(temporary, "Program.cs"), Text("Export.Program"));
            File.WriteAllText(Path.Combine(temporary, project), Text("Export.Project").Replace("VERSION", Provenance.ToolVersion, StringComparison.Ordinal));
            if (Directory.Exists(target)) Directory.Delete(target);
            Directory.Move(temporary, target);
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
        return ["model.zip", "table.json", "Program.cs", project];
    }

    private static string Text(string resource)
    {
        using var reader = new StreamReader(typeof(CSharpProject).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
