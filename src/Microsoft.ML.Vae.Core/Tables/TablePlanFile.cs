namespace Microsoft.ML.Vae.Core;

/// <summary>A plan as JSON, to be kept beside the model that was trained on its features.</summary>
public static class TablePlanFile
{
    private const string FormatName = "MLVae table plan";

    private const int Version = 1;

    /// <summary>Writes a plan; an existing file stays as it was if anything fails.</summary>
    /// <exception cref="IOException">The file could not be written.</exception>
    public static void Save(TablePlan plan, string path) => AtomicFile.Write(path, stream => Save(plan, stream));

    /// <summary>Writes a plan to a stream.</summary>
    public static void Save(TablePlan plan, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(System.Text.Encoding.UTF8.GetBytes(HeaderJson.Write(new Content(FormatName, Version, [.. plan.Columns], [.. plan.LeftOut], [.. plan.Notes]))));
    }

    /// <summary>Reads a plan.</summary>
    /// <exception cref="TableException">Not a plan, damaged, or of a newer version.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static TablePlan Load(string path)
    {
        try
        {
            return FileContent.Load(path, Load);
        }
        catch (FormatException e)
        {
            throw new TableException(e.Message, e);
        }
    }

    /// <summary>Reads a plan from a stream, to its end.</summary>
    /// <exception cref="TableException">Not a plan, damaged, or of a newer version.</exception>
    public static TablePlan Load(Stream stream)
    {
        try
        {
            return Build(System.Text.Encoding.UTF8.GetString(FileContent.Bytes(stream)));
        }
        catch (FormatException e)
        {
            throw new TableException($"It does not tell how a table is read: {e.Message}", e);
        }
    }

    private static TablePlan Build(string json)
    {
        var kind = HeaderJson.Read<Kind>(json);
        if (kind.Format != FormatName) throw new FormatException($"its format is '{kind.Format}', expected '{FormatName}'.");
        if (kind.Version is < 1 or > Version) throw new FormatException($"it is of version {kind.Version}, and this library knows up to {Version}.");
        foreach (var column in HeaderJson.Read<Kinds>(json).Columns)
            if (!Enum.GetNames<SourceKind>().Contains(column.Kind))
                throw new FormatException($"column '{column.Name}' is of the kind '{column.Kind}', and this library knows {string.Join(", ", Enum.GetNames<SourceKind>())}. Train anew.");
        var content = HeaderJson.Read<Content>(json);
        return FileContent.Build("a column cannot be read", () => new TablePlan([.. content.Columns.Select(c => c.Validated())], content.LeftOut, content.Notes));
    }

    private sealed record Kind(string Format, int Version);

    private sealed record Kinds(NamedKind[] Columns);

    private sealed record NamedKind(string Name, string Kind);

    private sealed record Content(string Format, int Version, SourceColumn[] Columns, string[] LeftOut, string[] Notes);
}
