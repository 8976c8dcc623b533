namespace Microsoft.ML.Vae.Core;

/// <summary>Cuts a line into fields. A separator between quotes separates nothing; a quote inside them is doubled (RFC 4180).</summary>
internal static class CsvFields
{
    /// <summary>Takes the first field off the line; false where it was the last.</summary>
    public static bool Next(ref ReadOnlySpan<byte> line, byte separator, out ReadOnlySpan<byte> field)
    {
        int quoted = QuotedLength(line), length = line[quoted..].IndexOf(separator);
        field = length < 0 ? line : line[..(quoted + length)];
        line = length < 0 ? [] : line[(quoted + length + 1)..];
        return length >= 0;
    }

    /// <summary>Number of fields.</summary>
    public static int Count(ReadOnlySpan<byte> line, byte separator)
    {
        int count = 1;
        while (Next(ref line, separator, out _)) count++;
        return count;
    }

    // Up to the closing quote; 0 where the field does not start with one.
    private static int QuotedLength(ReadOnlySpan<byte> line)
    {
        if (line is not [(byte)'"' or (byte)' ', ..]) return 0;
        int at = line.IndexOfAnyExcept((byte)' ');
        if (at < 0 || line[at] != '"') return 0;
        while (true)
        {
            int close = line[(at + 1)..].IndexOf((byte)'"');
            if (close < 0) return line.Length;
            at += close + 1;
            if (at + 1 == line.Length || line[at + 1] != '"') return at + 1;
            at++;
        }
    }
}
