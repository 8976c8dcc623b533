using System.IO.Compression;

namespace Microsoft.ML.Vae.Core;

/// <summary>The records of a text file, one after another, through a buffer of fixed size.</summary>
/// <remarks>Fields are separated by a comma, semicolon, tab or bar, whichever fits, and trimmed; between quotes separators and line ends are text, and a quote is doubled (RFC 4180). Empty lines,
/// and lines that begin with #, as ML.NET's own schemas do, are skipped. A byte order mark tells the encoding; without one bytes are UTF-8, or Latin-1 where they are none.</remarks>
internal sealed class TextRecords : IDisposable
{
    /// <summary>Begins a line that is skipped.</summary>
    public const char Comment = '#';

    private const int BufferLength = 1 << 16, End = -1;

    private readonly string _path;
    private readonly bool _isPiped;
    private readonly StreamReader _reader;
    private readonly char[] _buffer = new char[BufferLength];
    private readonly StringPool _pool = new();
    private readonly List<(int Start, int End)> _fields = [];
    private char[] _text = new char[1 << 10];
    private int _at, _end, _length;
    private long _lines = 1;

    /// <exception cref="TableException">There is no such file, or it is not a gzip file where its name says so.</exception>
    public TextRecords(string path)
    {
        _isPiped = path == DataSource.StandardInput;
        if (!_isPiped && !File.Exists(path)) throw new TableException($"There is no file '{path}'.");
        _path = _isPiped ? "standard input" : path;
        Stream stream = _isPiped ? Console.OpenStandardInput() : File.OpenRead(path);
        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) stream = new GZipStream(stream, CompressionMode.Decompress);
        _reader = new StreamReader(stream, LatinFallback.Encoding, detectEncodingFromByteOrderMarks: true);
        try
        {
            Fill();
            Separator = Core.Separator.Guess(_buffer.AsSpan(0, _end), isWhole: !_isPiped && _end < BufferLength);
        }
        catch
        {
            _reader.Dispose();
            throw;
        }
    }

    /// <summary>As found.</summary>
    public char Separator { get; }

    /// <summary>Line where the last record begins, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Number of fields of the last record.</summary>
    public int Count => _fields.Count;

    /// <summary>A field of the last record, valid until the next one is read.</summary>
    public ReadOnlySpan<char> Field(int index) => _text.AsSpan(_fields[index].Start, _fields[index].End - _fields[index].Start);

    /// <summary>The same as a string, one for equal texts.</summary>
    public string Text(int index) => _pool.Get(Field(index));

    /// <summary>Overwrites the fields; false at the end of the file.</summary>
    /// <exception cref="TableException">A quote is not closed, or the file is damaged.</exception>
    public bool Next(List<string> fields)
    {
        fields.Clear();
        if (!Next()) return false;
        for (int i = 0; i < Count; i++) fields.Add(Text(i));
        return true;
    }

    /// <summary>Reads the next record; false at the end of the file.</summary>
    /// <exception cref="TableException">A quote is not closed, or the file is damaged.</exception>
    public bool Next()
    {
        while (true)
        {
            _fields.Clear();
            _length = 0;
            (int first, Line) = (Peek(), _lines);
            if (first == End) return false;
            if (first == Comment)
            {
                while (Peek() is not ('\n' or End)) Take();
                Take();
                continue;
            }
            bool isText = false;
            for (bool more = true; more;) more = Field(ref isText);
            if (_fields.Count > 1 || _length > 0 || isText) return true;
        }
    }

    public void Dispose() => _reader.Dispose();

    // Whether another one follows in the record.
    private bool Field(ref bool isText)
    {
        int start = _length, kept = start;
        while (true)
        {
            Run(start);
            int c = Take();
            if (c == Separator || c is '\n' or End)
            {
                _length = Math.Max(kept, start + _text.AsSpan(start, _length - start).TrimEnd().Length);
                _fields.Add((start, _length));
                return c == Separator;
            }
            if (c == '"' && _length == start && kept == start)
            {
                Quoted();
                (kept, isText) = (_length, true);
            }
            else if (_length > start || !char.IsWhiteSpace((char)c))
            {
                Append((char)c);
            }
        }
    }

    // Characters that mean nothing but themselves, as far as the buffer goes: nearly all of nearly every file.
    private void Run(int start)
    {
        var rest = _buffer.AsSpan(_at, _end - _at);
        int length = rest.IndexOfAny(Separator, '\n', '"');
        if (length < 0) length = rest.Length;
        _at += length;
        var plain = rest[..length];
        if (_length == start) plain = plain.TrimStart();
        if (_length + plain.Length > _text.Length) Array.Resize(ref _text, 2 * (_length + plain.Length));
        plain.CopyTo(_text.AsSpan(_length));
        _length += plain.Length;
    }

    private void Quoted()
    {
        long line = _lines;
        while (true)
        {
            int c = Take();
            if (c == End) throw new TableException($"'{_path}', line {line}: a quote is opened and never closed.");
            if (c == '"' && Peek() != '"') return;
            if (c == '"') Take();
            Append((char)c);
        }
    }

    private void Append(char c)
    {
        if (_length == _text.Length) Array.Resize(ref _text, 2 * _length);
        _text[_length++] = c;
    }

    private int Peek() => _at < _end || Fill() ? _buffer[_at] : End;

    private int Take()
    {
        if (_at == _end && !Fill()) return End;
        char c = _buffer[_at++];
        if (c == '\n') _lines++;
        return c;
    }

    private bool Fill()
    {
        try
        {
            // What comes by and by is taken as it comes; a file is cut into whole buffers, by whose first the separator is found.
            (_at, _end) = (0, _isPiped ? _reader.Read(_buffer) : _reader.ReadBlock(_buffer));
        }
        catch (InvalidDataException e)
        {
            throw new TableException($"'{_path}' is not a gzip file, or is damaged: {e.Message}", e);
        }
        return _end > 0;
    }
}
