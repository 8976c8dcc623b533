namespace Microsoft.ML.Vae.Tool;

/// <summary>Where scored rows go: all of them, or none.</summary>
internal abstract class ScoreSink : IDisposable
{
    /// <summary>Prepares a block for writing; called on many threads.</summary>
    public abstract void Format(RowBlock block);

    /// <summary>Writes the next block; called in order.</summary>
    public abstract void Write(RowBlock block);

    /// <summary>Makes what was written lasting.</summary>
    /// <returns>SHA-256 of the output; null where it has no bytes of its own.</returns>
    public abstract string? Commit();

    /// <summary>Without a commit before, nothing is left.</summary>
    public abstract void Dispose();

    /// <param name="path">Null: standard output.</param>
    /// <param name="format">csv, jsonl or sqlite; null: by the path's ending, else csv.</param>
    /// <param name="carried">Columns handed through.</param>
    /// <param name="hasReasons">Whether rows have reasons.</param>
    /// <param name="table">Of a database.</param>
    /// <exception cref="UserErrorException">Two columns would have one name, or there is no such format.</exception>
    public static ScoreSink Create(string? path, string? format, IReadOnlyList<string> carried, bool hasReasons, string table)
    {
        string kind = format ?? FormatOf(path);
        string[] own = ["row", "score", "p_value", "is_anomaly", .. hasReasons ? ["reasons"] : Array.Empty<string>()];
        // Case tells names apart in files, not in a database.
        var comparer = kind == "sqlite" ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        if (own.Concat(carried).GroupBy(c => c, comparer).FirstOrDefault(g => g.Count() > 1) is { } clash)
            throw new UserErrorException($"--carry names '{clash.Last()}'{(own.Contains(clash.Key) ? ", which the scores have a column of their own for" : " twice")}.");
        return kind switch
        {
            "csv" => new CsvSink(FileTarget.Create(path), carried, hasReasons),
            "jsonl" => new JsonLinesSink(FileTarget.Create(path), carried, hasReasons),
            "sqlite" => new SqliteSink(path ?? throw new UserErrorException("A database needs --out FILE."), table, carried, hasReasons),
            _ => throw new UserErrorException($"--format is '{kind}': expected csv, jsonl or sqlite."),
        };
    }

    private static string FormatOf(string? path) => Path.GetExtension(path)?.ToLowerInvariant() switch
    {
        ".jsonl" or ".ndjson" or ".json" => "jsonl",
        ".db" or ".sqlite" or ".sqlite3" => "sqlite",
        _ => "csv",
    };
}
