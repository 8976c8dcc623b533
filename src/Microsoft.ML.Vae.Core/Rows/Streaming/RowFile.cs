using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.Vae.Core;

/// <summary>A binary file of rows, written once from front to back, read by the block in any order. Each block carries a checksum.</summary>
/// <remarks>The file has no name any more once it is open (or, on Windows, is deleted with its handle): it vanishes on disposal, and however the process ends.</remarks>
internal sealed class RowFile : IDisposable
{
    /// <summary>Rows of a block, but the last: long reads, yet many blocks in a shuffling buffer.</summary>
    public const int BlockRows = 256;

    private readonly SafeFileHandle _handle;

    /// <exception cref="IOException">The file cannot be made.</exception>
    public RowFile(int featureCount, string? folder)
    {
        FeatureCount = featureCount;
        string path = Path.Combine(folder ?? Path.GetTempPath(), $"mlvae-rows-{Guid.NewGuid():N}.tmp");
        _handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, FileOptions.DeleteOnClose);
        if (!OperatingSystem.IsWindows()) File.Delete(path);
    }

    /// <summary>m.</summary>
    public int FeatureCount { get; }

    /// <summary>Number of blocks that so many rows fill.</summary>
    public static long Blocks(long rows) => (rows + BlockRows - 1) / BlockRows;

    /// <summary>A buffer for one block.</summary>
    public Block NewBlock() => new(FeatureCount);

    public void Write(long index, Block block) => RandomAccess.Write(_handle, block.Sealed(), index * block.FullBytes);

    /// <summary>Reads a block of a file of so many rows.</summary>
    /// <exception cref="EndOfStreamException">The file is shorter than what was written.</exception>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public void Read(long index, long rows, Block block)
    {
        block.Count = (int)Math.Min(BlockRows, rows - (index * BlockRows));
        if (!Fill(_handle, block.Bytes, index * block.FullBytes)) throw new EndOfStreamException("The row cache is shorter than what was written to it: its disk may be full or broken.");
        if (!block.IsSound) throw new InvalidDataException("The row cache holds other bytes than were written to it: its disk may be broken.");
    }

    /// <summary>Reads as many bytes as there is room for, which a single read need not give; false: the file ends before.</summary>
    public static bool Fill(SafeFileHandle file, Span<byte> target, long offset)
    {
        for (int read, at = 0; at < target.Length; at += read)
            if ((read = RandomAccess.Read(file, target[at..], offset + at)) == 0) return false;
        return true;
    }

    public void Dispose() => _handle.Dispose();

    /// <summary>Up to <see cref="BlockRows"/> rows: places, features, weights, checksum, one after the other as they lie in the file.</summary>
    internal sealed class Block(int m)
    {
        private readonly byte[] _bytes = new byte[(BlockRows * RowBytes(m)) + sizeof(ulong)];

        /// <summary>Number of rows; set it before rows are written.</summary>
        public int Count { get; set; }

        public int FullBytes => _bytes.Length;

        public Span<byte> Bytes => _bytes.AsSpan(0, DataBytes + sizeof(ulong));

        public Span<long> Places => MemoryMarshal.Cast<byte, long>(_bytes.AsSpan(0, Count * sizeof(long)));

        public Span<float> Features => MemoryMarshal.Cast<byte, float>(_bytes.AsSpan(Count * sizeof(long), Count * m * sizeof(float)));

        public Span<float> Weights => MemoryMarshal.Cast<byte, float>(_bytes.AsSpan(Count * (sizeof(long) + (m * sizeof(float))), Count * sizeof(float)));

        public bool IsSound => MemoryMarshal.Read<ulong>(_bytes.AsSpan(DataBytes)) == Checksum.Of(_bytes.AsSpan(0, DataBytes));

        private int DataBytes => Count * RowBytes(m);

        /// <summary>The bytes with their checksum.</summary>
        public ReadOnlySpan<byte> Sealed()
        {
            MemoryMarshal.Write(_bytes.AsSpan(DataBytes), Checksum.Of(_bytes.AsSpan(0, DataBytes)));
            return Bytes;
        }

        private static int RowBytes(int m) => sizeof(long) + (sizeof(float) * (m + 1));
    }
}
