namespace Microsoft.ML.Vae.Core;

/// <summary>A convolution as a product of gathered patches with packed weights, image by image.</summary>
internal sealed unsafe class ConvolutionKernel<T> : LayerKernel<T> where T : unmanaged, ILanes<T>
{
    private readonly PatchGeometry _geometry;
    private readonly int _channels, _padded, _patchStride;

    /// <param name="at">The layer in its place.</param>
    /// <param name="geometry">Its patches.</param>
    /// <param name="hasInputGradient">False for the layer that sees the features.</param>
    public ConvolutionKernel(PlacedLayer at, PatchGeometry geometry, bool hasInputGradient)
        : base(at)
    {
        (_geometry, _channels, _padded) = (geometry, at.Output.Channels, AlignedBuffer.Padded(at.Output.Channels));
        Weights = new PackedMatrix<T>(geometry.Length, _channels, hasInputGradient);
        Bias = new TrainedBuffer(_padded);
        _patchStride = Weights.TransposedColumns;
    }

    public override PackedMatrix<T> Weights { get; }

    public override TrainedBuffer Bias { get; }

    public override int Uses => _geometry.Count;

    public override int ScratchLength => _geometry.Count * (_patchStride + _padded);

    public override void Forward(RowBlock x, RowBlock y, int rows, float* scratch) => Convolve(x, y, rows, Bias.Values.Pointer, scratch);

    public override void Tangent(RowBlock x, RowBlock y, RowBlock dx, RowBlock dy, int rows, int directions, float* scratch) =>
        Convolve(dx, dy, rows * directions, Weights.Zeros.Pointer, scratch);

    public override void InputGradient(RowBlock x, RowBlock y, RowBlock dy, RowBlock dx, int rows, float* scratch)
    {
        for (int r = 0; r < rows; r++)
        {
            Weights.MultiplyTransposed(new RowBlock(dy.Row(r), _channels), _geometry.Count, new RowBlock(scratch, _patchStride));
            var image = dx.Values(r, At.Input.Length);
            image.Clear();
            _geometry.ScatterAdd(new ReadOnlySpan<float>(scratch, _geometry.Count * _patchStride), _patchStride, image);
        }
    }

    public override void Gradient(in WeightRange range, RowBlock x, RowBlock dy, int rows, float* weights, float* bias, bool add, float* scratch, FetchList? ahead)
    {
        int steps = range.Last - range.First, column = Weights.Layout.FirstColumn(range.Panel);
        for (int r = 0; r < rows; r++)
        {
            _geometry.Gather<float>(x.Values(r, At.Input.Length), range.First, range.Last, new Span<float>(scratch, _geometry.Count * steps), steps);
            var pixels = Pixels.Padded(dy.Row(r), _geometry.Count, _channels, scratch + (_geometry.Count * _patchStride));
            var delta = new RowBlock(pixels.Pointer + column, pixels.Stride);
            Weights.MultiplyGradient(range, new RowBlock(scratch, steps), delta, _geometry.Count, weights, add || r > 0, ahead);
            if (range.HasBias) Reductions<T>.SumRows(delta.Pointer, delta.Stride, _geometry.Count, Weights.Layout.Registers(range.Panel), bias, add || r > 0);
        }
    }

    public override void Import(ReadOnlySpan<float> source, Func<TrainedBuffer, AlignedBuffer> kind)
    {
        Weights.Import(At.Weight.Of(source), Index, kind);
        At.Bias.Of(source).CopyTo(kind(Bias).Span);
    }

    public override void Export(Span<float> target, Func<TrainedBuffer, AlignedBuffer> kind)
    {
        Weights.Export(At.Weight.Of(target), Index, kind);
        kind(Bias).Span[.._channels].CopyTo(At.Bias.Of(target));
    }

    private int Index(int step, int channel) => (channel * At.Weight.Columns) + step;

    private void Convolve(RowBlock x, RowBlock y, int rows, float* start, float* scratch)
    {
        int length = _geometry.Length;
        float* padded = scratch + (_geometry.Count * _patchStride);
        for (int r = 0; r < rows; r++)
        {
            _geometry.Gather<float>(x.Values(r, At.Input.Length), 0, length, new Span<float>(scratch, _geometry.Count * length), length);
            var target = _channels == _padded ? new RowBlock(y.Row(r), _channels) : new RowBlock(padded, _padded);
            Weights.Multiply(new RowBlock(scratch, length), _geometry.Count, start, target);
            if (_channels != _padded) Pixels.Pack(target, _geometry.Count, _channels, y.Row(r));
        }
    }
}
