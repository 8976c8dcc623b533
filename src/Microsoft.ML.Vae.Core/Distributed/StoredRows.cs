namespace Microsoft.ML.Vae.Core;

/// <summary>Rows of one virtual shard as a worker keeps them: in memory as far as it is granted, beyond in a file that vanishes with it. Filled once, then read by the block.</summary>
internal sealed class StoredRows(int m, MemoryGrant memory, string? folder) : IDisposable
{
    /// <summary>Rows of a block, but the last.</summary>
    public const int BlockRows = RowFile.BlockRows;

    private readonly List<float[]> _blocks = [];
    private RowFile? _file;
    private RowFile.Block? _block;
    private float[] _filling = new float[BlockRows * m];
    private int _filled;

    /// <summary>Number of rows.</summary>
    public long Count { get; private set; }

    /// <summary>Number of blocks.</summary>
    public int Blocks => checked((int)RowFile.Blocks(Count));

    public void Add(ReadOnlySpan<float> row)
    {
        row.CopyTo(_filling.AsSpan(_filled++ * m));
        Count++;
        if (_filled == BlockRows) Flush();
    }

    /// <summary>No row follows.</summary>
    public void Complete()
    {
        if (_filled > 0) Flush();
        _filling = [];
    }

    /// <summary>Writes the rows of a block, [rows, m]; returns how many. One thread at a time.</summary>
    /// <exception cref="IOException">The file of rows is damaged.</exception>
    public int Read(int block, Span<float> features)
    {
        int count = (int)Math.Min(BlockRows, Count - ((long)block * BlockRows));
        if (block < _blocks.Count)
        {
            _blocks[block].AsSpan(0, count * m).CopyTo(features);
            return count;
        }
        _file!.Read(block - _blocks.Count, Count - ((long)_blocks.Count * BlockRows), _block!);
        _block!.Features.CopyTo(features);
        return count;
    }

    public void Dispose()
    {
        _file?.Dispose();
        memory.Return(_blocks.Sum(b => (long)b.Length * sizeof(float)));
    }

    private void Flush()
    {
        if (_file is null && memory.TryTake((long)_filled * m * sizeof(float)))
        {
            _blocks.Add(_filling.AsSpan(0, _filled * m).ToArray());
        }
        else
        {
            _file ??= new RowFile(m, folder);
            _block ??= _file.NewBlock();
            _block.Count = _filled;
            _filling.AsSpan(0, _filled * m).CopyTo(_block.Features);
            _file.Write(((Count + BlockRows - 1) / BlockRows) - 1 - _blocks.Count, _block);
        }
        _filled = 0;
    }
}
