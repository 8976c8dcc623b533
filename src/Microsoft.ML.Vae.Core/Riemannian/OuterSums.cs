namespace Microsoft.ML.Vae.Core;

/// <summary>Σ u vᵀ over pairs of padded rows, in blocks, so that it is a matrix product. Not thread-safe.</summary>
internal sealed class OuterSums(int rows, int columns)
{
    private const int Block = 96;

    private readonly int _rowStride = DoublePanels.Padded(rows), _columnStride = DoublePanels.Padded(columns), _blockStride = DoublePanels.Padded(Block);
    private readonly double[] _left = new double[rows * DoublePanels.Padded(Block)], _right = new double[Block * DoublePanels.Padded(columns)];
    private readonly double[] _product = new double[rows * DoublePanels.Padded(columns)], _sums = new double[rows * DoublePanels.Padded(columns)];
    private int _count;

    /// <summary>Adds u vᵀ for each pair.</summary>
    /// <param name="left">u, [count, padded rows].</param>
    /// <param name="right">v, [count, padded columns].</param>
    public void Add(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        for (int pair = 0; pair < right.Length / _columnStride; pair++)
        {
            var u = left.Slice(pair * _rowStride, _rowStride);
            for (int i = 0; i < rows; i++) _left[(i * _blockStride) + _count] = u[i];
            right.Slice(pair * _columnStride, _columnStride).CopyTo(_right.AsSpan(_count * _columnStride));
            if (++_count == Block) Flush();
        }
    }

    /// <summary>Adds the sums to <paramref name="target"/>, [rows, columns], and starts anew.</summary>
    public void MoveTo(Span<double> target)
    {
        Flush();
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++) target[(i * columns) + j] += _sums[(i * _columnStride) + j];
        Array.Clear(_sums);
    }

    private void Flush()
    {
        if (_count == 0) return;
        var panels = new DoublePanels(_count, columns, (step, column) => _right[(step * _columnStride) + column]);
        // Rows are as long as the panels' steps say.
        int stride = DoublePanels.Padded(_count);
        double[] left = _left;
        if (stride != _blockStride)
        {
            left = new double[rows * stride];
            for (int i = 0; i < rows; i++) _left.AsSpan(i * _blockStride, _count).CopyTo(left.AsSpan(i * stride));
        }
        panels.Multiply(left, _product);
        for (int i = 0; i < _sums.Length; i++) _sums[i] += _product[i];
        _count = 0;
    }
}
