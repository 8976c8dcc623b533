namespace Microsoft.ML.Vae.Core;

/// <summary>Writes rows to a file, block by block, from front to back.</summary>
internal sealed class RowFileWriter(RowFile file)
{
    private readonly RowFile.Block _block = file.NewBlock();
    private long _written;
    private int _filled;

    /// <summary>Adds rows: [rows, m], [rows], [rows].</summary>
    public void Append(ReadOnlySpan<float> features, ReadOnlySpan<float> weights, ReadOnlySpan<long> places)
    {
        int m = file.FeatureCount;
        for (int from = 0, taken; from < weights.Length; from += taken)
        {
            taken = Math.Min(weights.Length - from, RowFile.BlockRows - _filled);
            _block.Count = RowFile.BlockRows;
            features.Slice(from * m, taken * m).CopyTo(_block.Features[(_filled * m)..]);
            weights.Slice(from, taken).CopyTo(_block.Weights[_filled..]);
            places.Slice(from, taken).CopyTo(_block.Places[_filled..]);
            _filled += taken;
            if (_filled == RowFile.BlockRows) Write(_block);
        }
    }

    /// <summary>Writes what is left; returns the number of rows in the file.</summary>
    public long Complete()
    {
        if (_filled == 0) return _written;
        var last = file.NewBlock();
        last.Count = _filled;
        _block.Features[..last.Features.Length].CopyTo(last.Features);
        _block.Weights[.._filled].CopyTo(last.Weights);
        _block.Places[.._filled].CopyTo(last.Places);
        Write(last);
        return _written;
    }

    private void Write(RowFile.Block block)
    {
        file.Write(_written / RowFile.BlockRows, block);
        (_written, _filled) = (_written + block.Count, 0);
    }
}
