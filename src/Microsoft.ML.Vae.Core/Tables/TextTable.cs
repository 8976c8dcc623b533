namespace Microsoft.ML.Vae.Core;

/// <summary>A text file, read once and kept as strings: names, columns, and which rows are anomalies. Immutable.</summary>
public sealed class TextTable
{
    private readonly int[]? _lines;

    private TextTable(string path, char separator, IReadOnlyList<string> names, int labelIndex, IReadOnlyList<IReadOnlyList<string>> columns, IReadOnlyList<bool> isAnomaly, int[]? lines) =>
        (Path, Separator, Names, LabelIndex, Columns, IsAnomaly, _lines) = (path, separator, names, labelIndex, columns, isAnomaly, lines);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Between its fields, as found.</summary>
    public char Separator { get; }

    /// <summary>Of all columns, no two alike.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The column of labels; −1: there is none.</summary>
    public int LabelIndex { get; }

    /// <summary>Fields, [column][row].</summary>
    public IReadOnlyList<IReadOnlyList<string>> Columns { get; }

    /// <summary>Of each row; false everywhere without labels.</summary>
    public IReadOnlyList<bool> IsAnomaly { get; }

    /// <summary>Number of rows.</summary>
    public int RowCount => IsAnomaly.Count;

    /// <summary>The columns that describe rows: all but the labels.</summary>
    public IEnumerable<int> Features => Enumerable.Range(0, Names.Count).Where(i => i != LabelIndex);

    /// <summary>Reads a file: fields separated by commas, semicolons, tabs or bars, whichever fits.</summary>
    /// <remarks>Line breaks within quotes are text; empty lines, and those that begin with #, are skipped; a byte order mark tells the encoding, else it is UTF-8, or Latin-1 where it is none.</remarks>
    /// <exception cref="TableException">The file is not there, is damaged, holds no rows, or has not the labels that were asked for.</exception>
    public static TextTable Read(DataSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var reader = new TableReader(source);
        string[] names = [.. reader.Names];
        List<string>[] columns = [.. names.Select(_ => new List<string>())];
        var lines = new List<int>();
        while (reader.Next(out var fields))
        {
            for (int i = 0; i < names.Length; i++) columns[i].Add(fields[i]);
            lines.Add((int)Math.Min(reader.Line, int.MaxValue));
        }
        if (lines.Count == 0) throw new TableException($"'{source.Path}' holds no rows.");
        int label = reader.LabelIndex;
        bool[] marks = label < 0 ? new bool[lines.Count] : AnomalyMarks(columns[label], names[label], source);
        return new TextTable(source.Path, reader.Separator, names, label, [.. columns.Select(c => c.ToArray())], marks, [.. lines]);
    }

    /// <summary>A table that is in memory already, without labels.</summary>
    /// <param name="names">Of its columns.</param>
    /// <param name="columns">Fields, [column][row].</param>
    /// <exception cref="ArgumentException">Columns differ in length, or are not as many as names.</exception>
    public static TextTable Of(IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<string>> columns)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(columns);
        if (names.Count == 0 || names.Count != columns.Count || columns.Any(c => c.Count != columns[0].Count))
            throw new ArgumentException($"Expected a column of equal length for each name, got {names.Count} names and columns of {string.Join(", ", columns.Select(c => c.Count).Distinct())} rows.");
        return new TextTable("the table", ',', [.. names], -1, columns, new bool[columns[0].Count], null);
    }

    /// <summary>Whether a file has a column of that name.</summary>
    /// <exception cref="TableException">There is no such file, or it is empty.</exception>
    public static bool HasColumn(string path, string name)
    {
        using var reader = new TableReader(new DataSource(path));
        return reader.Names.Contains(name);
    }

    /// <summary>Whether a field says that there is no value: empty, ?, NA, N/A, NaN, null.</summary>
    public static bool IsMissing(string field) => FieldText.IsMissing(field);

    /// <summary>Reads a number with a decimal point, or with a comma where that is not the separator.</summary>
    public bool TryNumber(string field, out float number) => FieldText.TryNumber(field, Separator, out number);

    /// <summary>The line of the file on which a row begins, from 1.</summary>
    public int LineOf(int row) => _lines?[row] ?? (row + 2);

    /// <summary>The fields of a row, in the order of <see cref="Names"/>.</summary>
    public string[] Row(int row) => [.. Columns.Select(c => c[row])];

    private static bool[] AnomalyMarks(List<string> labels, string name, DataSource source)
    {
        string[] values = [.. labels.Distinct().Order(StringComparer.Ordinal)];
        string positive = source.Positive ?? values.FirstOrDefault(v => v is "1" or "1.0" or "true" or "True" or "yes" or "anomaly" or "outlier")
            ?? throw new TableException($"Which value of '{name}' marks an anomaly? Give --positive VALUE; the values are: {string.Join(", ", values.Take(20))}.");
        if (!values.Contains(positive)) throw new TableException($"No row has '{positive}' in column '{name}'; the values are: {string.Join(", ", values.Take(20))}.");
        return values.Length > 1 ? [.. labels.Select(l => l == positive)] : throw new TableException($"Every row has '{positive}' in column '{name}': there are no normal rows.");
    }
}
