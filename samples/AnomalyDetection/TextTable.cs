using System.Globalization;
using System.IO.Compression;
using CsvHelper;

/// <summary>A text file, read once and kept as pooled strings: names, columns, and which rows are anomalies.</summary>
/// <param name="Path">The file.</param>
/// <param name="Separator">As found.</param>
/// <param name="Names">Of all columns.</param>
/// <param name="LabelIndex">The column of labels; −1: there is none.</param>
/// <param name="Columns">[column][row].</param>
/// <param name="IsAnomaly">[row].</param>
internal sealed record TextTable(string Path, char Separator, string[] Names, int LabelIndex, string[][] Columns, bool[] IsAnomaly)
{
    private static readonly HashSet<string> MissingMarks = new(["", "?", "NA", "N/A", "NaN", "nan", "null", "NULL"], StringComparer.Ordinal);

    public int RowCount => IsAnomaly.Length;

    /// <summary>The columns that describe rows.</summary>
    public IEnumerable<int> Features => Enumerable.Range(0, Names.Length).Where(i => i != LabelIndex);

    /// <summary>Whether a field says that there is no value.</summary>
    public static bool IsMissing(string field) => MissingMarks.Contains(field);

    /// <summary>Reads a number with a decimal point, or with a comma where that is not the separator.</summary>
    public bool TryNumber(string field, out float number) =>
        float.TryParse(Separator != ',' && field.Contains(',', StringComparison.Ordinal) && !field.Contains('.', StringComparison.Ordinal) ? field.Replace(',', '.') : field, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    /// <exception cref="UserErrorException">The file cannot serve; the message says why, in one line.</exception>
    public static TextTable Read(DataSource source)
    {
        if (!File.Exists(source.Path)) throw new UserErrorException($"There is no file '{source.Path}'.");
        using var reader = Open(source);
        string[] names = ReadNames(source, reader);
        int label = source.Label is null ? Array.FindIndex(names, n => n.Equals(DataSource.DefaultLabel, StringComparison.OrdinalIgnoreCase)) : Array.IndexOf(names, source.Label);
        if (label < 0 && source.Label is not null) throw new UserErrorException($"There is no column '{source.Label}' in '{source.Path}'; its columns are: {string.Join(", ", names.Take(20))}{(names.Length > 20 ? ", …" : "")}.");
        List<string>[] columns = [.. names.Select(_ => new List<string>())];
        while (reader.Read())
        {
            if (reader.FieldCount != names.Length)
                throw new UserErrorException($"Line {reader.LineNumber} of '{source.Path}' has {reader.FieldCount} fields, expected {names.Length}.");
            for (int i = 0; i < names.Length; i++) columns[i].Add(reader.GetString(i));
        }
        if (columns[0].Count == 0) throw new UserErrorException($"'{source.Path}' holds no rows.");
        return new TextTable(source.Path, reader.Separator, names, label, [.. columns.Select(c => c.ToArray())], label < 0 ? new bool[columns[0].Count] : AnomalyMarks(columns[label], names[label], source));
    }

    /// <summary>Whether a file has a column of that name.</summary>
    public static bool HasColumn(string path, string name)
    {
        using var reader = Open(new DataSource(path));
        reader.ReadHeader();
        return reader.Headers.Contains(name);
    }

    // By a comma, semicolon, tab or bar; lines of comments (#, as ML.NET's own schemas begin) are skipped, line breaks within quotes are text, a byte order mark tells the encoding.
    private static CsvReader Open(DataSource source)
    {
        Stream stream = File.OpenRead(source.Path);
        if (source.Path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) stream = new GZipStream(stream, CompressionMode.Decompress);
        return CsvReader.Create(stream, new CsvReaderOptions { HasHeader = source.ColumnsFile is null, PoolStrings = true, TrackLineNumbers = true, CommentPrefix = '#', TrimWhitespace = true });
    }

    private static string[] ReadNames(DataSource source, CsvReader reader)
    {
        try
        {
            reader.ReadHeader();
        }
        catch (InvalidDataException e)
        {
            throw new UserErrorException($"'{source.Path}' is not a gzip file: {e.Message}");
        }
        if (source.ColumnsFile is null) return reader.Headers.Count > 0 ? [.. reader.Headers] : throw new UserErrorException($"'{source.Path}' is empty.");
        if (!File.Exists(source.ColumnsFile)) throw new UserErrorException($"There is no columns file '{source.ColumnsFile}'.");
        return [.. File.ReadAllText(source.ColumnsFile).Split([',', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
    }

    private static bool[] AnomalyMarks(List<string> labels, string name, DataSource source)
    {
        string[] values = [.. labels.Distinct().Order(StringComparer.Ordinal)];
        string positive = source.Positive ?? values.FirstOrDefault(v => v is "1" or "1.0" or "true" or "True" or "yes" or "anomaly" or "outlier")
            ?? throw new UserErrorException($"Which value of '{name}' marks an anomaly? Give --positive VALUE; the values are: {string.Join(", ", values.Take(20))}.");
        if (!values.Contains(positive)) throw new UserErrorException($"No row has '{positive}' in column '{name}'; the values are: {string.Join(", ", values.Take(20))}.");
        return values.Length > 1 ? [.. labels.Select(l => l == positive)] : throw new UserErrorException($"Every row has '{positive}' in column '{name}': there are no normal rows.");
    }
}

/// <summary>Where the rows come from.</summary>
/// <param name="Path">The file.</param>
/// <param name="Label">Column that tells anomalies; null: <see cref="DefaultLabel"/> where there is one, else all rows are taken for normal.</param>
/// <param name="Positive">The value of an anomaly; null: a usual one.</param>
/// <param name="ColumnsFile">Names of the columns, where the file has no header.</param>
internal sealed record DataSource(string Path, string? Label = null, string? Positive = null, string? ColumnsFile = null)
{
    public const string DefaultLabel = "label";
}
