using System.Globalization;
using System.IO.Compression;
using CsvHelper;

/// <summary>What a look through a CSV file (gzip too) tells: names, which columns are numbers, which are categories, which rows are anomalies.</summary>
internal sealed record CsvFile(string Path, char Separator, bool HasHeader, string[] Names, int LabelIndex, bool[] IsNumeric, bool[] IsAnomaly, IReadOnlyList<string> ConstantColumns)
{
    private static readonly string[] Missing = ["", "?", "NA", "N/A", "NaN", "nan", "null"];

    public int[] NumericColumns => [.. Enumerable.Range(0, Names.Length).Where(i => i != LabelIndex && IsNumeric[i])];

    public int[] CategoricalColumns => [.. Enumerable.Range(0, Names.Length).Where(i => i != LabelIndex && !IsNumeric[i])];

    /// <exception cref="UserErrorException">The file cannot serve; the message says why, in one line.</exception>
    public static CsvFile Scan(DataSource source)
    {
        if (!File.Exists(source.Path)) throw new UserErrorException($"There is no file '{source.Path}'.");
        bool hasHeader = source.ColumnsFile is null;
        using var reader = Open(source.Path, hasHeader);
        string[] names = ReadNames(source, reader);
        int label = Array.IndexOf(names, source.Label);
        if (label < 0) throw new UserErrorException($"There is no column '{source.Label}' in '{source.Path}'; its columns are: {string.Join(", ", names.Take(20))}{(names.Length > 20 ? ", …" : "")}.");
        var columns = names.Select(n => new ColumnScan(n)).ToArray();
        var labels = new List<string>();
        while (reader.Read())
        {
            if (reader.FieldCount != names.Length)
                throw new UserErrorException($"Line {reader.LineNumber} of '{source.Path}' has {reader.FieldCount} fields, expected {names.Length}.");
            for (int i = 0; i < names.Length; i++)
                if (i != label) columns[i].See(reader.GetString(i), reader.LineNumber);
            labels.Add(reader.GetString(label));
        }
        if (labels.Count == 0) throw new UserErrorException($"'{source.Path}' holds no rows.");
        foreach (var (column, i) in columns.Select((c, i) => (c, i)))
            if (i != label) column.Check();
        string[] constant = [.. columns.Where((c, i) => i != label && c.IsConstant).Select(c => c.Name)];
        if (constant.Length == names.Length - 1) throw new UserErrorException("Every feature column is constant: there is nothing to learn.");
        return new CsvFile(source.Path, reader.Separator, hasHeader, names, label, [.. columns.Select(c => c.IsNumeric)], AnomalyMarks(labels, source), constant);
    }

    /// <summary>A reader before the first record, by a comma, semicolon, tab or bar.</summary>
    public static CsvReader Open(string path, bool hasHeader)
    {
        Stream stream = File.OpenRead(path);
        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) stream = new GZipStream(stream, CompressionMode.Decompress);
        return CsvReader.Create(stream, new CsvReaderOptions { HasHeader = hasHeader, PoolStrings = true, TrackLineNumbers = true });
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

    private static bool[] AnomalyMarks(List<string> labels, DataSource source)
    {
        string[] values = [.. labels.Distinct().Order(StringComparer.Ordinal)];
        string positive = source.Positive ?? values.FirstOrDefault(v => v is "1" or "1.0" or "true" or "True" or "yes" or "anomaly" or "outlier")
            ?? throw new UserErrorException($"Which value of '{source.Label}' marks an anomaly? Give --positive VALUE; the values are: {string.Join(", ", values.Take(20))}.");
        if (!values.Contains(positive)) throw new UserErrorException($"No row has '{positive}' in column '{source.Label}'; the values are: {string.Join(", ", values.Take(20))}.");
        return values.Length > 1 ? [.. labels.Select(l => l == positive)] : throw new UserErrorException($"Every row has '{positive}' in column '{source.Label}': there are no normal rows.");
    }

    private sealed class ColumnScan(string name)
    {
        private string? _first;
        private long _numbers, _texts;
        private (string Value, long Line)? _text, _missing;

        public string Name { get; } = name;

        public bool IsNumeric => _texts == 0;

        public bool IsConstant { get; private set; } = true;

        public void See(string value, long line)
        {
            _first ??= value;
            IsConstant &= value == _first;
            if (Missing.Contains(value)) _missing ??= (value, line);
            else if (!float.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out float number))
            {
                _texts++;
                _text ??= (value, line);
            }
            else if (!float.IsFinite(number)) throw new UserErrorException($"Column '{Name}', line {line}: '{value}' is not finite.");
            else _numbers++;
        }

        // Mostly numbers with some text is a damaged column, not a categorical one.
        public void Check()
        {
            if (_texts > 0 && _numbers > _texts)
                throw new UserErrorException($"Column '{Name}', line {_text!.Value.Line}: '{_text.Value.Value}' is not a number, though {_numbers} other values are.");
            if (IsNumeric && _missing is { } gap)
                throw new UserErrorException($"Column '{Name}', line {gap.Line}: the value is missing ('{gap.Value}'). Fill it, or drop the row or the column.");
        }
    }
}

/// <summary>Where the rows come from.</summary>
internal sealed record DataSource(string Path, string Label, string? Positive = null, string? ColumnsFile = null);
