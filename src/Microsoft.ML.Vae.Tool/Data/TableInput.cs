namespace Microsoft.ML.Vae.Tool;

/// <summary>Where a command's rows come from: files, globs, standard input, or a database.</summary>
internal sealed record TableInput(IReadOnlyList<string> Patterns, string? Label = null, string? Positive = null, string? ColumnsFile = null, string? Connection = null, string? Provider = null, string? Query = null)
{
    /// <summary>For people and provenance.</summary>
    public string Name => Connection is null ? string.Join(", ", Patterns) : $"query {Query}";

    public bool IsPiped => Patterns.Contains(DataSource.StandardInput);

    /// <summary>Starts a pass.</summary>
    /// <exception cref="UserErrorException">There is no source, or more than one.</exception>
    public FieldRows Open()
    {
        if ((Connection is null) != (Query is null)) throw new UserErrorException("--connection and --query go together.");
        if (Connection is not null && Patterns.Count > 0) throw new UserErrorException("Give files or --connection, not both.");
        return Connection is not null ? new QueryRows(Provider, Connection, Query!, Label) : new FileRows([.. Paths().Select(p => new DataSource(p, Label, Positive, ColumnsFile))]);
    }

    /// <summary>All rows, in memory.</summary>
    public TextTable ReadTable()
    {
        using var rows = Open();
        List<string>[] columns = [.. rows.Names.Select(_ => new List<string>())];
        while (rows.Next())
            for (int i = 0; i < columns.Length; i++) columns[i].Add(rows.Text(i));
        return TextTable.From(new DataSource(Name, Label, Positive), rows.Separator, rows.Names, rows.LabelIndex, columns, lines: null);
    }

    private IEnumerable<string> Paths()
    {
        if (Patterns.Count == 0) throw new UserErrorException("Where are the rows? Give a file, a pattern such as 'data/*.csv', '-' for standard input, or --connection and --query.");
        return Patterns.SelectMany(Expand);
    }

    private static IEnumerable<string> Expand(string pattern)
    {
        if (pattern == DataSource.StandardInput || pattern.AsSpan().IndexOfAny('*', '?') < 0 || File.Exists(pattern)) return [pattern];
        string folder = Path.GetDirectoryName(pattern) is { Length: > 0 } given ? given : ".";
        string[] found = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, Path.GetFileName(pattern)).Order(StringComparer.Ordinal)] : [];
        return found.Length > 0 ? found : throw new UserErrorException($"No file matches '{pattern}'.");
    }
}
