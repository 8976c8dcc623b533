namespace Microsoft.ML.Vae.Core;

/// <summary>How a CSV file is read.</summary>
public sealed record CsvOptions
{
    /// <summary>Between fields. A comma: the format's own name.</summary>
    public char Separator { get; init; } = ',';

    /// <summary>Whether the first line holds names. True: a header read as numbers fails at once, a row taken for a header is lost in silence.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>Columns that are features, counted from 0; null: all.</summary>
    public IReadOnlyList<int>? FeatureColumns { get; init; }
}

/// <summary>Rows of numbers in a CSV file of any length, read anew in each pass through a buffer of fixed size.</summary>
/// <remarks>Numbers are written with a decimal point; an empty field is NaN. Shuffled passes mix through a bounded buffer.</remarks>
public sealed class CsvRows : IRowSource
{
    private readonly string _path;
    private readonly CsvOptions _options;
    private readonly int[] _columns;

    /// <summary>Reads the first line to learn the columns.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is empty.</exception>
    /// <exception cref="ArgumentException">A feature column lies beyond the first line.</exception>
    public CsvRows(string path, CsvOptions? options = null)
    {
        (_path, _options) = (path, options ?? new CsvOptions());
        using var lines = new CsvLines(path);
        if (!lines.Next(out var first)) throw new InvalidDataException($"{path} is empty.");
        int fields = first.Count((byte)_options.Separator) + 1;
        _columns = [.. _options.FeatureColumns ?? [.. Enumerable.Range(0, fields)]];
        if (_columns.Length == 0 || _columns.Any(c => c < 0 || c >= fields))
            throw new ArgumentException($"Feature columns must lie in 0 … {fields - 1}: {path} has {fields} columns.", nameof(options));
    }

    /// <inheritdoc/>
    public int FeatureCount => _columns.Length;

    /// <summary>Null: it is not known before reading.</summary>
    public long? Count => null;

    /// <inheritdoc/>
    public IRowReader Read(RandomStream? order) => order is null ? new Reader(this) : new ShuffledRows(this).Read(order);

    private sealed class Reader : IRowReader
    {
        private readonly CsvRows _rows;
        private readonly CsvLines _lines;
        private readonly int[] _targets;

        public Reader(CsvRows rows)
        {
            (_rows, _lines) = (rows, new CsvLines(rows._path));
            _targets = new int[rows._columns.Max() + 1];
            Array.Fill(_targets, -1);
            for (int i = 0; i < rows._columns.Length; i++) _targets[rows._columns[i]] = i;
            if (rows._options.HasHeader) _lines.Next(out _);
        }

        public int Read(Span<float> features, Span<float> weights)
        {
            int m = _rows.FeatureCount;
            for (int r = 0; r < weights.Length; r++)
            {
                if (!_lines.Next(out var line)) return r;
                Parse(line, features.Slice(r * m, m));
                weights[r] = 1;
            }
            return weights.Length;
        }

        public void Dispose() => _lines.Dispose();

        private void Parse(ReadOnlySpan<byte> line, Span<float> row)
        {
            byte separator = (byte)_rows._options.Separator;
            for (int column = 0; column < _targets.Length; column++)
            {
                int length = line.IndexOf(separator);
                var field = length < 0 ? line : line[..length];
                if (_targets[column] >= 0 && !CsvNumber.TryParse(field, out row[_targets[column]])) throw NotANumber(field, column);
                if (length < 0 && column + 1 < _targets.Length) throw TooFewFields(column + 1);
                line = line[(length + 1)..];
            }
        }

        private InvalidDataException NotANumber(ReadOnlySpan<byte> field, int column) => new(
            $"{_rows._path}, line {_lines.Number}, column {column + 1}: expected a number, got \"{System.Text.Encoding.UTF8.GetString(field)}\". Leave the column out by FeatureColumns, or encode it as numbers.");

        private InvalidDataException TooFewFields(int fields) => new($"{_rows._path}, line {_lines.Number}: expected at least {_targets.Length} fields, got {fields}.");
    }
}
