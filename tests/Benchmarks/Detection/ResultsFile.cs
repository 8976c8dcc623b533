namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>A section of RESULTS.md that a command writes: from its heading to the next one of the same rank.</summary>
internal static class ResultsFile
{
    /// <summary>Replaces the section, or appends it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="heading">Without its marks.</param>
    /// <param name="lines">What stands below it.</param>
    public static void Write(string path, string heading, IEnumerable<string> lines)
    {
        var text = File.ReadAllLines(path).ToList();
        int first = text.IndexOf($"## {heading}");
        if (first < 0) (text, first) = ([.. text, ""], text.Count + 1);
        int end = text.FindIndex(Math.Min(first + 1, text.Count), line => line.StartsWith("## ", StringComparison.Ordinal));
        text.RemoveRange(Math.Min(first, text.Count), (end < 0 ? text.Count : end) - Math.Min(first, text.Count));
        string[] section = [$"## {heading}", "", .. lines, .. end < 0 ? Array.Empty<string>() : [""]];
        text.InsertRange(Math.Min(first, text.Count), section);
        File.WriteAllLines(path, text);
    }
}
