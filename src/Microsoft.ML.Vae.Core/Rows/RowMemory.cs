using System.Numerics;

namespace Microsoft.ML.Vae.Core;

/// <summary>Memory that holds rows: one matrix of the caller's, or pieces taken as rows arrive, so that no row is ever moved and no more is held than was granted.</summary>
internal sealed class RowMemory
{
    // Of one piece: few enough to be found at once, small enough that the last one, seldom full, hardly counts.
    private const int PieceValues = 1 << 18;

    private readonly List<ReadOnlyMemory<float>> _features = [], _weights = [];
    private readonly bool _isWeighted;
    private readonly int _rowsLog2, _mostRows;
    private int _granted;

    /// <summary>Wraps a [rows, m] matrix and weights [rows] or none.</summary>
    public RowMemory(ReadOnlyMemory<float> features, int featureCount, ReadOnlyMemory<float> weights)
    {
        const int OnePiece = 31;
        (FeatureCount, _rowsLog2, _isWeighted) = (featureCount, OnePiece, !weights.IsEmpty);
        (_features, _weights) = ([features], [weights]);
        Count = _granted = _mostRows = features.Length / featureCount;
    }

    /// <summary>Takes rows one by one, as many as fit.</summary>
    /// <param name="featureCount">m.</param>
    /// <param name="isWeighted">Whether weights are kept; else all are 1.</param>
    /// <param name="maximumBytes">What rows and weights may take.</param>
    public RowMemory(int featureCount, bool isWeighted, long maximumBytes)
    {
        (FeatureCount, _isWeighted) = (featureCount, isWeighted);
        _rowsLog2 = BitOperations.Log2((uint)Math.Max(1, PieceValues / featureCount));
        _mostRows = (int)Math.Min(maximumBytes / (sizeof(float) * (featureCount + (isWeighted ? 1L : 0L))), int.MaxValue);
    }

    public int FeatureCount { get; }

    /// <summary>Number of rows held.</summary>
    public int Count { get; private set; }

    /// <summary>One row, [m].</summary>
    public ReadOnlySpan<float> this[int row] => FeaturesOf(PieceOf(row)).Slice(InPiece(row) * FeatureCount, FeatureCount);

    /// <summary>Adds a row at the end; false where it does not fit.</summary>
    public bool TryAdd(ReadOnlySpan<float> row, float weight)
    {
        if (Count == _mostRows) return false;
        if (Count == _granted) Grow();
        Replace(Count++, row, weight);
        return true;
    }

    /// <summary>Writes another row over one that was added.</summary>
    public void Replace(int row, ReadOnlySpan<float> features, float weight)
    {
        features.CopyTo(Writable(_features[PieceOf(row)]).Slice(InPiece(row) * FeatureCount, FeatureCount));
        if (_isWeighted) Writable(_weights[PieceOf(row)])[InPiece(row)] = weight;
    }

    /// <summary>The piece that holds a row.</summary>
    public int PieceOf(int row) => row >> _rowsLog2;

    /// <summary>Index of a row among those of its piece.</summary>
    public int InPiece(int row) => row & ((1 << _rowsLog2) - 1);

    /// <summary>The rows of a piece, [rows, m].</summary>
    public ReadOnlySpan<float> FeaturesOf(int piece) => _features[piece].Span;

    /// <summary>Weights of the rows of a piece, [rows]; empty where all are 1.</summary>
    public ReadOnlySpan<float> WeightsOf(int piece) => _isWeighted ? _weights[piece].Span : default;

    private void Grow()
    {
        int rows = Math.Min(1 << _rowsLog2, _mostRows - _granted);
        _features.Add(new float[rows * FeatureCount]);
        if (_isWeighted) _weights.Add(new float[rows]);
        _granted += rows;
    }

    private static Span<float> Writable(ReadOnlyMemory<float> piece) => System.Runtime.InteropServices.MemoryMarshal.AsMemory(piece).Span;
}
