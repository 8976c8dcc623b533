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
    private readonly StreamReader _reader;
    private readonly char[] _buffer = new char[BufferLength];
    private readonly StringPool _pool = new();
    private char[] _field = new char[1 << 8];
    private int _at, _end, _length;
    private long _lines = 1;

    /// <exception cref="TableException">There is no such file, or it is not a gzip file where its name says so.</exception>
    public TextRecords(string path)
    {
        if (!File.Exists(path)) throw new TableException($"There is no file '{path}'.");
        _path = path;
        Stream stream = File.OpenRead(path);
        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) stream = new GZipStream(stream, CompressionMode.Decompress);
        _reader = new StreamReader(stream, LatinFallback.Encoding, detectEncodingFromByteOrderMarks: true);
        Fill();
        Separator = Core.Separator.Guess(_buffer.AsSpan(0, _end), isWhole: _end < BufferLength);
    }

    /// <summary>As found.</summary>
    public char Separator { get; }

    /// <summary>Line where the last record begins, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Overwrites the fields; false at the end of the file.</summary>
    /// <exception cref="TableException">A quote is not closed, or the file is damaged.</exception>
    public bool Next(List<string> fields)
    {
        fields.Clear();
        while (true)
        {
            (int first, Line) = (Peek(), _lines);
            if (first == End) return false;
            if (first == Comment)
            {
                while (Peek() is not ('\n' or End)) Take();
                Take();
                continue;
            }
            bool isText = false;
            for (bool more = true; more;) more = Field(fields, ref isText);
            if (fields.Count > 1 || fields[0].Length > 0 || isText) return true;
            fields.Clear();
        }
    }

    public void Dispose() => _reader.Dispose();

    // Whether another one follows in the record.
    private bool Field(List<string> fields, ref bool isText)
    {
        _length = 0;
        int kept = 0;
        while (true)
        {
            int c = Take();
            if (c == Separator || c is '\n' or End)
            {
                var text = _field.AsSpan(0, _length);
                fields.Add(_pool.Get(text[..Math.Max(kept, text.TrimEnd().Length)]));
                return c == Separator;
            }
            if (c == '"' && _length == 0 && kept == 0)
            {
                Quoted();
                (kept, isText) = (_length, true);
            }
            else if (_length > 0 || !char.IsWhiteSpace((char)c))
            {
                Append((char)c);
            }
        }
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
        if (_length == _field.Length) Array.Resize(ref _field, 2 * _length);
        _field[_length++] = c;
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
            (_at, _end) = (0, _reader.ReadBlock(_buffer));
        }
        catch (InvalidDataException e)
        {
            throw new TableException($"'{_path}' is not a gzip file, or is damaged: {e.Message}", e);
        }
        return _end > 0;
    }
}
