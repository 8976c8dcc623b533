using System.Globalization;
using System.Text;

namespace Microsoft.ML.Vae.Tool;

/// <summary>Puts the outputs of shards together, row by row, into what one run would have written.</summary>
internal sealed class ScoreParts(IReadOnlyList<string> paths)
{
    /// <summary>Writes the whole, or nothing.</summary>
    /// <returns>Rows, and SHA-256 of the whole.</returns>
    /// <exception cref="UserErrorException">Parts do not belong together, or one is missing.</exception>
    public (long Rows, string Sha256) Merge(string output, CancellationToken cancellation)
    {
        using var target = FileTarget.Create(output);
        Part[] parts = [.. paths.Select(p => new Part(p))];
        try
        {
            if (parts.FirstOrDefault(p => p.Header != parts[0].Header) is { } other) throw new UserErrorException($"'{other.Path}' has other columns than '{parts[0].Path}'.");
            if (parts[0].Header is { } header) Write(target, header);
            long rows = 0;
            var queue = new PriorityQueue<Part, long>(parts.Where(p => p.Next()).Select(p => (p, p.Number)));
            while (queue.TryDequeue(out var part, out long number))
            {
                if (number != rows + 1) throw new UserErrorException(number <= rows ? $"Row {number} stands in two parts, one of them '{part.Path}'." : $"Row {rows + 1} is missing: is there a part for every shard?");
                if ((++rows & 1023) == 0) cancellation.ThrowIfCancellationRequested();
                Write(target, part.Line);
                if (part.Next()) queue.Enqueue(part, part.Number);
            }
            return (rows, target.Commit());
        }
        finally
        {
            foreach (var part in parts) part.Dispose();
        }
    }

    private static void Write(FileTarget target, string line) => target.Write(Encoding.UTF8.GetBytes(line + "\n"));

    private sealed class Part : IDisposable
    {
        private const string JsonRow = "{\"row\":";
        private readonly StreamReader _reader;
        private readonly StringBuilder _line = new();
        private string? _first;

        public Part(string path)
        {
            if (!File.Exists(path)) throw new UserErrorException($"There is no part '{path}'.");
            (Path, _reader) = (path, new StreamReader(path));
            // A shard without a row is empty in JSON lines.
            if ((_first = ReadLine()) is null) return;
            if (_first.StartsWith("row,", StringComparison.Ordinal)) (Header, _first) = (_first, null);
            else if (!_first.StartsWith(JsonRow, StringComparison.Ordinal)) throw new UserErrorException($"'{path}' is no output of mlvae score: it begins with '{_first[..Math.Min(40, _first.Length)]}'.");
        }

        public string Path { get; }

        /// <summary>Null in JSON lines.</summary>
        public string? Header { get; }

        public string Line { get; private set; } = "";

        public long Number { get; private set; }

        // A field within quotes may hold line breaks; a record ends where quotes are even.
        public bool Next()
        {
            if ((_first ?? ReadLine()) is not { } line) return false;
            _first = null;
            while (Header is not null && line.AsSpan().Count('"') % 2 != 0 && ReadLine() is { } more) line += "\n" + more;
            int begin = Header is null ? JsonRow.Length : 0, length = Math.Max(0, line.AsSpan(Math.Min(begin, line.Length)).IndexOf(','));
            if (!long.TryParse(line.AsSpan(Math.Min(begin, line.Length), length), NumberStyles.None, CultureInfo.InvariantCulture, out long number)) throw new UserErrorException($"'{Path}' holds a line without a row number: '{line[..Math.Min(40, line.Length)]}'.");
            (Line, Number) = (line, number);
            return true;
        }

        public void Dispose() => _reader.Dispose();

        // Up to the line feed: a carriage return may stand within quotes.
        private string? ReadLine()
        {
            _line.Clear();
            int c;
            while ((c = _reader.Read()) >= 0 && c != '\n') _line.Append((char)c);
            return c < 0 && _line.Length == 0 ? null : _line.ToString();
        }
    }
}
