namespace Microsoft.ML.Vae.Core;

/// <summary>The lines of a text file, one after the other, through one buffer that grows only for a longer line.</summary>
/// <param name="path">The file.</param>
/// <param name="part">Which part of it: the lines that begin within its share of the bytes.</param>
/// <param name="parts">How many parts there are.</param>
internal sealed class CsvLines(string path, int part = 0, int parts = 1) : IDisposable
{
    private const int InitialBytes = 1 << 18;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly FileStream _file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0, FileOptions.SequentialScan);
    private byte[] _buffer = new byte[InitialBytes];
    private int _start, _end;

    // Where the buffer begins in the file, and where the part ends; −1: not opened yet.
    private long _offset = -1, _stop;

    /// <summary>Whether the part begins where the file does: before a long first line several do, and the last of them has it.</summary>
    public bool BeginsFile => First == 0;

    // The whole is read from where it stands: a pipe has no length.
    private long First => part == 0 ? 0 : (long)((Int128)_file.Length * part / parts);

    /// <summary>Number of the last line, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The next line that is not empty, without its end; valid until the next call. False at the end of the file.</summary>
    public bool Next(out ReadOnlySpan<byte> line)
    {
        do
        {
            if (!NextRaw(out line)) return false;
            Number++;
            if (line.EndsWith("\r"u8)) line = line[..^1];
            if (Number == 1 && line.StartsWith(ByteOrderMark)) line = line[ByteOrderMark.Length..];
        }
        while (line.IsEmpty);
        return true;
    }

    public void Dispose() => _file.Dispose();

    private bool NextRaw(out ReadOnlySpan<byte> line)
    {
        int searched = 0;
        if (_offset < 0) Open();
        if (_offset + _start >= _stop)
        {
            line = default;
            return false;
        }
        while (true)
        {
            int length = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (length >= 0) return Take(searched + length, 1, out line);
            searched = _end - _start;
            if (!Fill()) return Take(searched, 0, out line) && searched > 0;
        }
    }

    // A line that begins before the part is the part's before it.
    private void Open()
    {
        long first = First;
        (_offset, _stop) = (Math.Max(0, first - 1), parts == 1 ? long.MaxValue : (long)((Int128)_file.Length * (part + 1) / parts));
        if (first == 0) return;
        _file.Position = _offset;
        NextRaw(out _);
    }

    private bool Take(int length, int terminator, out ReadOnlySpan<byte> line)
    {
        line = _buffer.AsSpan(_start, length);
        _start += length + terminator;
        return true;
    }

    private bool Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_offset, _start, _end) = (_offset + _start, 0, _end - _start);
        if (_end == _buffer.Length) Array.Resize(ref _buffer, 2 * _buffer.Length);
        int read = _file.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
