namespace Microsoft.ML.Vae.Core;

/// <summary>y = W x + b on packed panels.</summary>
internal sealed unsafe class DenseKernel<T> : LayerKernel<T> where T : unmanaged, ILanes<T>
{
    private readonly int _second, _firstLength;

    /// <param name="at">The layer in its place.</param>
    /// <param name="hasInputGradient">False for the layer that sees the features: nobody asks for their gradient.</param>
    public DenseKernel(PlacedLayer at, bool hasInputGradient)
        : base(at)
    {
        (_second, _firstLength) = (AlignedBuffer.Padded(at.Weight.Rows), at.Weight.Rows);
        Columns = _second;
        Weights = new PackedMatrix<T>(at.Weight.Columns, at.Weight.Rows, hasInputGradient);
        Bias = new TrainedBuffer(Columns);
    }

    /// <summary>Outputs in two groups, the second of which starts at a column of its own: a posterior's means and log-variances.</summary>
    /// <param name="at">The layer in its place.</param>
    /// <param name="hasInputGradient">As above.</param>
    /// <param name="second">Column of the second group, as wide as the first with its padding.</param>
    /// <param name="firstLength">Outputs of the first group.</param>
    public DenseKernel(PlacedLayer at, bool hasInputGradient, int second, int firstLength)
        : base(at)
    {
        (_second, _firstLength, Columns) = (second, firstLength, 2 * second);
        Weights = new PackedMatrix<T>(at.Weight.Columns, Columns, hasInputGradient);
        Bias = new TrainedBuffer(Columns);
    }

    public override int Columns { get; }

    public override PackedMatrix<T> Weights { get; }

    public override TrainedBuffer Bias { get; }

    public override void Forward(RowBlock x, RowBlock y, int rows, float* scratch) => Weights.Multiply(x, rows, Bias.Values.Pointer, y);

    public override void InputGradient(RowBlock x, RowBlock y, RowBlock dy, RowBlock dx, int rows, float* scratch) => Weights.MultiplyTransposed(dy, rows, dx);

    public override void Tangent(RowBlock x, RowBlock y, RowBlock dx, RowBlock dy, int rows, int directions, float* scratch) =>
        Weights.Multiply(dx, rows * directions, Weights.Zeros.Pointer, dy);

    public override void Gradient(in WeightRange range, RowBlock x, RowBlock dy, int rows, float* weights, float* bias, bool add, float* scratch, FetchList? ahead)
    {
        int column = Weights.Layout.FirstColumn(range.Panel);
        var delta = new RowBlock(dy.Pointer + column, dy.Stride);
        Weights.MultiplyGradient(range, new RowBlock(x.Pointer + range.First, x.Stride), delta, rows, weights, add, ahead);
        if (range.HasBias) Reductions<T>.SumRows(delta.Pointer, delta.Stride, rows, Weights.Layout.Registers(range.Panel), bias, add);
    }

    public override void Import(ReadOnlySpan<float> source, Func<TrainedBuffer, AlignedBuffer> kind)
    {
        Weights.Import(At.Weight.Of(source), Index, kind);
        ReadOnlySpan<float> from = At.Bias.Of(source);
        var bias = kind(Bias).Span;
        for (int o = 0; o < from.Length; o++) bias[Column(o)] = from[o];
    }

    public override void Export(Span<float> target, Func<TrainedBuffer, AlignedBuffer> kind)
    {
        Weights.Export(At.Weight.Of(target), Index, kind);
        Span<float> to = At.Bias.Of(target), bias = kind(Bias).Span;
        for (int o = 0; o < to.Length; o++) to[o] = bias[Column(o)];
    }

    private int Index(int step, int column)
    {
        int output = column < _second ? column : _firstLength + column - _second;
        bool isPadding = column < _second ? column >= _firstLength : output >= At.Weight.Rows;
        return isPadding ? -1 : (output * At.Weight.Columns) + step;
    }

    private int Column(int output) => output < _firstLength ? output : _second + output - _firstLength;
}
