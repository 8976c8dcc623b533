namespace Microsoft.ML.Vae.Core;

/// <summary>Reads a file of so many rows, block by block, in stored order or in a given order of its blocks.</summary>
internal sealed class RowFileReader(RowFile file, long rows, int[]? blocks) : IRowReader
{
    private readonly RowFile.Block _block = file.NewBlock();
    private long _nextBlock;
    private int _next;

    public int Read(Span<float> features, Span<float> weights, Span<long> places)
    {
        int read = 0, m = file.FeatureCount;
        while (read < weights.Length && (_next < _block.Count || NextBlock()))
        {
            int taken = Math.Min(weights.Length - read, _block.Count - _next);
            _block.Features.Slice(_next * m, taken * m).CopyTo(features[(read * m)..]);
            _block.Weights.Slice(_next, taken).CopyTo(weights[read..]);
            if (!places.IsEmpty) _block.Places.Slice(_next, taken).CopyTo(places[read..]);
            (_next, read) = (_next + taken, read + taken);
        }
        return read;
    }

    public void Dispose() { }

    private bool NextBlock()
    {
        if (_nextBlock == RowFile.Blocks(rows)) return false;
        file.Read(blocks is null ? _nextBlock : blocks[_nextBlock], rows, _block);
        (_next, _nextBlock) = (0, _nextBlock + 1);
        return true;
    }
}
