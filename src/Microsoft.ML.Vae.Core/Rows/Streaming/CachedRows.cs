using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.Vae.Core;

/// <summary>Keeps the rows of a slow source (a CSV file, a query) in a binary file, written during the first full pass and read from then on.</summary>
/// <remarks>The file has no name any more once it is open (or, on Windows, is deleted with its handle): it vanishes on disposal, and however the
/// process ends. Rows of fixed length can be read in any order, so shuffled passes draw blocks from the whole file.</remarks>
public sealed class CachedRows : IRowSource, IDisposable
{
    // Rows of a block: long reads, yet many blocks in a shuffling buffer.
    private const int BlockRows = 256;

    private readonly IRowSource _inner;
    private readonly SafeFileHandle _file;
    private bool _isWriting;
    private long? _count;

    /// <summary>Opens the file; nothing is read or written yet.</summary>
    /// <param name="inner">The slow source.</param>
    /// <param name="folder">Where the file lies; null: the system's temporary folder.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public CachedRows(IRowSource inner, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
        string path = Path.Combine(folder ?? Path.GetTempPath(), $"mlvae-rows-{Guid.NewGuid():N}.tmp");
        _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, FileOptions.DeleteOnClose);
        if (!OperatingSystem.IsWindows()) File.Delete(path);
    }

    /// <inheritdoc/>
    public int FeatureCount => _inner.FeatureCount;

    /// <summary>Known after the first full pass.</summary>
    public long? Count => _count ?? _inner.Count;

    /// <summary>Whether passes read the file.</summary>
    public bool IsComplete => _count is not null;

    /// <inheritdoc/>
    public IRowReader Read(RandomStream? order)
    {
        if (order is { } random)
            return new ShuffledRows(new InOrder(this, _count is { } rows ? random.Split(1).Permutation(checked((int)((rows + BlockRows - 1) / BlockRows))) : null)).Read(random);
        return _count is { } count ? new FileReader(this, count, null) : _isWriting ? _inner.Read(null) : new WritingReader(this);
    }

    /// <summary>Removes the file.</summary>
    public void Dispose() => _file.Dispose();

    private int RecordBytes => sizeof(float) * (FeatureCount + 1);

    // The rows block by block in a given order, for the shuffling buffer to mix.
    private sealed class InOrder(CachedRows rows, int[]? blocks) : IRowSource
    {
        public int FeatureCount => rows.FeatureCount;

        public long? Count => rows.Count;

        public IRowReader Read(RandomStream? order) => blocks is null ? rows.Read(null) : new FileReader(rows, rows._count!.Value, blocks);
    }

    // Passes rows through and writes them; a pass that stops early leaves nothing behind.
    private sealed class WritingReader : IRowReader
    {
        private readonly CachedRows _rows;
        private readonly IRowReader _inner;
        private float[] _records = [];
        private long _written;

        public WritingReader(CachedRows rows)
        {
            (_rows, _inner) = (rows, rows._inner.Read(null));
            rows._isWriting = true;
        }

        public int Read(Span<float> features, Span<float> weights)
        {
            int count = _inner.Read(features, weights), m = _rows.FeatureCount;
            if (_rows.IsComplete) return count;
            if (count == 0) _rows._count = _written;
            if (_records.Length < count * (m + 1)) _records = new float[count * (m + 1)];
            for (int r = 0; r < count; r++)
            {
                features.Slice(r * m, m).CopyTo(_records.AsSpan(r * (m + 1)));
                _records[(r * (m + 1)) + m] = weights[r];
            }
            RandomAccess.Write(_rows._file, MemoryMarshal.AsBytes(_records.AsSpan(0, count * (m + 1))), _written * _rows.RecordBytes);
            _written += count;
            return count;
        }

        public void Dispose()
        {
            _rows._isWriting = false;
            _inner.Dispose();
        }
    }

    private sealed class FileReader(CachedRows rows, long count, int[]? blocks) : IRowReader
    {
        private readonly float[] _block = new float[BlockRows * (rows.FeatureCount + 1)];
        private int _nextBlock, _next, _filled;

        public int Read(Span<float> features, Span<float> weights)
        {
            int m = rows.FeatureCount;
            for (int r = 0; r < weights.Length; r++)
            {
                if (_next == _filled && !FillBlock()) return r;
                var record = _block.AsSpan(_next++ * (m + 1), m + 1);
                record[..m].CopyTo(features[(r * m)..]);
                weights[r] = record[m];
            }
            return weights.Length;
        }

        public void Dispose() { }

        private bool FillBlock()
        {
            long total = (count + BlockRows - 1) / BlockRows;
            if (_nextBlock == total) return false;
            long first = (long)(blocks is null ? _nextBlock : blocks[_nextBlock]) * BlockRows;
            (_next, _filled) = (0, (int)Math.Min(BlockRows, count - first));
            _nextBlock++;
            ReadFully(MemoryMarshal.AsBytes(_block.AsSpan(0, _filled * (rows.FeatureCount + 1))), first * rows.RecordBytes);
            return true;
        }

        private void ReadFully(Span<byte> target, long offset)
        {
            while (!target.IsEmpty)
            {
                int read = RandomAccess.Read(rows._file, target, offset);
                if (read == 0) throw new EndOfStreamException("The row cache is shorter than what was written to it: its disk may be full or broken.");
                target = target[read..];
                offset += read;
            }
        }
    }
}
