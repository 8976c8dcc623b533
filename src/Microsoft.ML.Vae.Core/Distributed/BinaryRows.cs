using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.Vae.Core;

/// <summary>Rows in a binary file of any length: half as large as text, exact, and checked block by block against damage.</summary>
/// <remarks>Single-precision numbers, little-endian, in blocks of 256 rows with a checksum each; NaN is a missing value; rows have no weights. Shuffled passes mix through a bounded buffer.</remarks>
public sealed class BinaryRows : IRowSource
{
    private const int HeaderBytes = 16, BlockRows = RowFile.BlockRows;

    private readonly string _path;
    private readonly long _firstBlock, _endBlock, _rows;

    /// <summary>Reads the header.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is none of ours, or cut off.</exception>
    public BinaryRows(string path)
        : this(path, 0, 1)
    {
    }

    /// <summary>One of several parts of the file, of nearly as many blocks each.</summary>
    internal BinaryRows(string path, int part, int parts)
    {
        _path = path;
        using var file = File.OpenHandle(path);
        var header = new byte[HeaderBytes];
        FeatureCount = RowFile.Fill(file, header, 0) && header.AsSpan().StartsWith(Signature) ? BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(Signature.Length)) : 0;
        if (FeatureCount < 1) throw new InvalidDataException($"{path} is no file of binary rows: its header is missing.");
        long bytes = RandomAccess.GetLength(file) - HeaderBytes, full = bytes / BlockBytes(BlockRows), rest = (bytes % BlockBytes(BlockRows)) - sizeof(ulong);
        bool isCut = rest >= 0 ? rest % (sizeof(float) * FeatureCount) != 0 : rest != -sizeof(ulong);
        if (isCut) throw new InvalidDataException($"{path} is cut off, or was not written to its end.");
        _rows = (full * BlockRows) + (Math.Max(0, rest) / (sizeof(float) * FeatureCount));
        long blocks = RowFile.Blocks(_rows);
        (_firstBlock, _endBlock) = (blocks * part / parts, blocks * (part + 1) / parts);
    }

    /// <inheritdoc/>
    public int FeatureCount { get; }

    /// <inheritdoc/>
    public long? Count => Math.Min(_rows, _endBlock * BlockRows) - (_firstBlock * BlockRows);

    private static ReadOnlySpan<byte> Signature => "MLVROWS\x1"u8;

    /// <summary>Writes all rows of a source to a file, whole or not at all; returns their number.</summary>
    /// <exception cref="IOException">The file could not be written; an old one is as it was.</exception>
    /// <exception cref="ArgumentException">A row has another weight than 1.</exception>
    public static long Write(IRowSource rows, string path)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int m = rows.FeatureCount;
        long written = 0;
        AtomicFile.Write(path, stream =>
        {
            var header = new byte[HeaderBytes];
            Signature.CopyTo(header);
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(Signature.Length), m);
            stream.Write(header);
            var (features, weights, checksum) = (new float[BlockRows * m], new float[BlockRows], new byte[sizeof(ulong)]);
            using var reader = rows.Read(null);
            for (int count; (count = reader.Fill(features, weights)) > 0; written += count)
            {
                if (weights.AsSpan(0, count).ContainsAnyExcept(1f)) throw new ArgumentException("Expected rows of weight 1: a file of binary rows keeps no weights.", nameof(rows));
                var bytes = MemoryMarshal.AsBytes(features.AsSpan(0, count * m));
                stream.Write(bytes);
                BinaryPrimitives.WriteUInt64LittleEndian(checksum, Checksum.Of(bytes));
                stream.Write(checksum);
            }
        });
        return written;
    }

    /// <inheritdoc/>
    public IRowReader Read(RandomStream? order) => order is null ? new Reader(this) : new ShuffledRows(this).Read(order);

    private int BlockBytes(int rows) => (rows * FeatureCount * sizeof(float)) + sizeof(ulong);

    private sealed class Reader(BinaryRows rows) : IRowReader
    {
        private readonly SafeFileHandle _file = File.OpenHandle(rows._path, options: FileOptions.SequentialScan);
        private readonly byte[] _block = new byte[rows.BlockBytes(BlockRows)];
        private long _nextBlock = rows._firstBlock, _place;
        private int _count, _next;

        public int Read(Span<float> features, Span<float> weights, Span<long> places)
        {
            int read = 0, m = rows.FeatureCount;
            while (read < weights.Length && (_next < _count || NextBlock()))
            {
                int taken = Math.Min(weights.Length - read, _count - _next);
                MemoryMarshal.Cast<byte, float>(_block)[(_next * m)..][..(taken * m)].CopyTo(features[(read * m)..]);
                (_next, read) = (_next + taken, read + taken);
            }
            weights[..read].Fill(1);
            if (!places.IsEmpty)
                for (int r = 0; r < read; r++) places[r] = _place + r;
            _place += read;
            return read;
        }

        public void Dispose() => _file.Dispose();

        private bool NextBlock()
        {
            if (_nextBlock == rows._endBlock) return false;
            _count = (int)Math.Min(BlockRows, rows._rows - (_nextBlock * BlockRows));
            var bytes = _block.AsSpan(0, rows.BlockBytes(_count));
            if (!RowFile.Fill(_file, bytes, HeaderBytes + (_nextBlock * rows.BlockBytes(BlockRows))))
                throw new InvalidDataException($"{rows._path} ended while it was read: it was cut or is being written.");
            if (BinaryPrimitives.ReadUInt64LittleEndian(bytes[^sizeof(ulong)..]) != Checksum.Of(bytes[..^sizeof(ulong)]))
                throw new InvalidDataException($"{rows._path} is damaged: the checksum of its rows {_nextBlock * BlockRows} to {(_nextBlock * BlockRows) + _count - 1} does not match.");
            (_next, _nextBlock) = (0, _nextBlock + 1);
            return true;
        }
    }
}
