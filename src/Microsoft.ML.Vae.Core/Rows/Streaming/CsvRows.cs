namespace Microsoft.ML.Vae.Core;

/// <summary>Rows of numbers in a CSV file of any length, read anew in each pass through a buffer of fixed size.</summary>
/// <remarks>Numbers are written with a decimal point; an empty field is NaN. Quoted text may hold separators, but no line end. Shuffled passes mix through a bounded buffer.</remarks>
public sealed class CsvRows : IRowSource
{
    private readonly string _path;
    private readonly CsvOptions _options;
    private readonly int[] _columns;
    private readonly int _fields, _part, _parts;

    /// <summary>Reads the first line to learn the columns.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is empty.</exception>
    /// <exception cref="ArgumentException">A feature column lies beyond the first line or is named twice, or the separator is not one byte.</exception>
    public CsvRows(string path, CsvOptions? options = null)
        : this(path, options ?? new CsvOptions(), 0, 1)
    {
    }

    /// <summary>One of several parts of the file, of nearly as many bytes each; all of them, in order, are the whole.</summary>
    internal CsvRows(string path, CsvOptions options, int part, int parts)
    {
        (_path, _options, _part, _parts) = (path, options, part, parts);
        if (!char.IsAscii(_options.Separator) || _options.Separator is '"' or '\r' or '\n')
            throw new ArgumentException($"Expected an ASCII character as separator, no quote and no line end, got '{_options.Separator}' (U+{(int)_options.Separator:X4}).", nameof(options));
        using var lines = new CsvLines(path);
        if (!lines.Next(out var first)) throw new InvalidDataException($"{path} is empty.");
        byte separator = (byte)_options.Separator;
        // A separator that closes the header names no column; one that closes a row of numbers may stand before a missing value.
        _fields = CsvFields.Count(first, separator) - (_options.HasHeader && first.Length > 1 && first[^1] == separator ? 1 : 0);
        _columns = [.. _options.FeatureColumns ?? [.. Enumerable.Range(0, _fields)]];
        if (_columns.Length == 0 || _columns.Any(c => c < 0 || c >= _fields))
            throw new ArgumentException($"Feature columns must lie in 0 … {_fields - 1}: {path} has {_fields} columns.", nameof(options));
        if (_columns.Distinct().Count() < _columns.Length)
            throw new ArgumentException($"Each feature column may be named once, but one stands twice in [{string.Join(", ", _columns)}].", nameof(options));
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
        private bool _isAtHeader;
        private long _place;

        public Reader(CsvRows rows)
        {
            (_rows, _lines, _isAtHeader) = (rows, new CsvLines(rows._path, rows._part, rows._parts), rows._options.HasHeader);
            _isAtHeader &= _lines.BeginsFile;
            _targets = new int[rows._columns.Max() + 1];
            Array.Fill(_targets, -1);
            for (int i = 0; i < rows._columns.Length; i++) _targets[rows._columns[i]] = i;
        }

        public int Read(Span<float> features, Span<float> weights, Span<long> places)
        {
            if (_isAtHeader) _isAtHeader = !_lines.Next(out _);
            int m = _rows.FeatureCount;
            for (int r = 0; r < weights.Length; r++)
            {
                if (!_lines.Next(out var line)) return r;
                Parse(line, features.Slice(r * m, m));
                weights[r] = 1;
                if (!places.IsEmpty) places[r] = _place;
                _place++;
            }
            return weights.Length;
        }

        public void Dispose() => _lines.Dispose();

        private void Parse(ReadOnlySpan<byte> line, Span<float> row)
        {
            byte separator = (byte)_rows._options.Separator;
            int column = 0;
            bool more = true;
            for (; more && column < _targets.Length; column++)
            {
                more = CsvFields.Next(ref line, separator, out var field);
                if (_targets[column] >= 0 && !CsvNumber.TryParse(field, out row[_targets[column]])) throw NotANumber(field, column);
            }
            // A row shifted by a field too many (a decimal comma, an unquoted text) must not pass for another row. One separator may close it.
            int fields = more && !line.IsEmpty ? column + CsvFields.Count(line, separator) - (line[^1] == separator ? 1 : 0) : column;
            if (fields < _targets.Length || fields > _rows._fields) throw WrongFields(fields);
        }

        private InvalidDataException NotANumber(ReadOnlySpan<byte> field, int column) => new(
            $"{Place()}, column {column + 1}: expected a number, got \"{System.Text.Encoding.UTF8.GetString(field)}\". Leave the column out by FeatureColumns, or encode it as numbers.");

        private string Place() => $"{_rows._path}, {(_rows._part == 0 ? "" : $"part {_rows._part + 1} of {_rows._parts}, ")}line {_lines.Number}";

        private InvalidDataException WrongFields(int fields) => new($"{Place()}: expected {_rows._fields} fields, got {fields}.");
    }
}
