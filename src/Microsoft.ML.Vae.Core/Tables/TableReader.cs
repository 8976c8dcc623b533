namespace Microsoft.ML.Vae.Core;

/// <summary>The rows of a text file, one after another, each with as many fields as there are columns.</summary>
internal sealed class TableReader : IDisposable
{
    private readonly DataSource _source;
    private readonly TextRecords _records;
    private readonly List<string> _fields = [];

    /// <summary>Reads the names.</summary>
    /// <exception cref="TableException">There is no such file or column of labels, or the file is empty.</exception>
    public TableReader(DataSource source)
    {
        (_source, _records) = (source, new TextRecords(source.Path));
        try
        {
            Names = Unlike(source.ColumnsFile is { } file ? NamesOf(file) : Header());
            LabelIndex = FindLabel();
        }
        catch
        {
            _records.Dispose();
            throw;
        }
    }

    public string[] Names { get; }

    /// <summary>−1: there is none.</summary>
    public int LabelIndex { get; }

    public char Separator => _records.Separator;

    /// <summary>Line where the last row begins, from 1.</summary>
    public long Line => _records.Line;

    /// <summary>The next row; valid until the call after. False at the end.</summary>
    /// <exception cref="TableException">It has another number of fields.</exception>
    public bool Next(out IReadOnlyList<string> fields)
    {
        fields = _fields;
        if (!_records.Next(_fields)) return false;
        return _fields.Count == Names.Length ? true : throw new TableException($"Line {Line} of '{_source.Path}' has {_fields.Count} fields, expected {Names.Length}.");
    }

    public void Dispose() => _records.Dispose();

    private string[] Header() => _records.Next(_fields) ? [.. _fields] : throw new TableException($"'{_source.Path}' is empty.");

    private static string[] NamesOf(string file) => File.Exists(file)
        ? File.ReadAllText(file).Split([',', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        : throw new TableException($"There is no columns file '{file}'.");

    // Columns are found again by their names.
    private static string[] Unlike(string[] names)
    {
        var seen = new HashSet<string>();
        for (int i = 0; i < names.Length; i++)
        {
            string name = names[i].Length > 0 ? names[i] : $"column {i + 1}";
            for (int n = 2; !seen.Add(names[i] = n == 2 ? name : $"{name} ({n - 1})"); n++) { }
        }
        return names;
    }

    private int FindLabel()
    {
        if (_source.Label is null) return Array.FindIndex(Names, n => n.Equals(DataSource.DefaultLabel, StringComparison.OrdinalIgnoreCase));
        int label = Array.IndexOf(Names, _source.Label);
        return label >= 0 ? label : throw new TableException($"There is no column '{_source.Label}' in '{_source.Path}'; its columns are: {string.Join(", ", Names.Take(20))}{(Names.Length > 20 ? ", …" : "")}.");
    }
}
