namespace Microsoft.ML.Vae.Core;

/// <summary>A transposed convolution: packed products give each input pixel's patch, which are added up, image by image.</summary>
internal sealed unsafe class TransposedConvolutionKernel<T> : LayerKernel<T> where T : unmanaged, ILanes<T>
{
    private readonly PatchGeometry _geometry;
    private readonly int _from, _to, _fromPadded, _patchStride;

    /// <param name="at">The layer in its place.</param>
    /// <param name="geometry">The patches of its output.</param>
    /// <param name="hasInputGradient">False for the layer that sees the features.</param>
    public TransposedConvolutionKernel(PlacedLayer at, PatchGeometry geometry, bool hasInputGradient)
        : base(at)
    {
        (_geometry, _from, _to, _fromPadded) = (geometry, at.Input.Channels, at.Output.Channels, AlignedBuffer.Padded(at.Input.Channels));
        Weights = new PackedMatrix<T>(_from, geometry.Length, hasInputGradient);
        Bias = new TrainedBuffer(AlignedBuffer.Padded(_to));
        _patchStride = Weights.Layout.Columns;
    }

    public override PackedMatrix<T> Weights { get; }

    public override TrainedBuffer Bias { get; }

    public override IEnumerable<WeightRange> Ranges => Weights.Ranges().Select(r => r with { HasBias = r.Panel == 0 && r.First == 0 });

    public override int Uses => _geometry.Count;

    public override int ScratchLength => _geometry.Count * (_patchStride + _fromPadded);

    public override (int First, int Count) BiasOf(in WeightRange range) => range.HasBias ? (0, Bias.Length) : (0, 0);

    public override void Forward(RowBlock x, RowBlock y, int rows, float* scratch) => Spread(x, y, rows, Bias.Values.Span[.._to], scratch);

    public override void Tangent(RowBlock x, RowBlock y, RowBlock dx, RowBlock dy, int rows, int directions, float* scratch) =>
        Spread(dx, dy, rows * directions, Weights.Zeros.Span[.._to], scratch);

    public override void InputGradient(RowBlock x, RowBlock y, RowBlock dy, RowBlock dx, int rows, float* scratch)
    {
        int length = _geometry.Length;
        for (int r = 0; r < rows; r++)
        {
            _geometry.Gather<float>(dy.Values(r, At.Output.Length), 0, length, new Span<float>(scratch, _geometry.Count * length), length);
            var target = _from == _fromPadded ? new RowBlock(dx.Row(r), _from) : new RowBlock(scratch + (_geometry.Count * _patchStride), _fromPadded);
            Weights.MultiplyTransposed(new RowBlock(scratch, length), _geometry.Count, target);
            if (_from != _fromPadded) Pixels.Pack(target, _geometry.Count, _from, dx.Row(r));
        }
    }

    public override void Gradient(in WeightRange range, RowBlock x, RowBlock dy, int rows, float* weights, float* bias, bool add, float* scratch, FetchList? ahead)
    {
        int column = Weights.Layout.FirstColumn(range.Panel), width = Weights.Layout.Width(range.Panel), last = Math.Min(_geometry.Length, column + width);
        var patches = new Span<float>(scratch, _geometry.Count * width);
        if (last < column + width) patches.Clear();
        for (int r = 0; r < rows; r++)
        {
            _geometry.Gather(dy.Values(r, At.Output.Length), column, last, patches, width);
            Weights.MultiplyGradient(range, new RowBlock(x.Row(r) + range.First, _from), new RowBlock(scratch, width), _geometry.Count, weights, add || r > 0, ahead);
        }
        if (range.HasBias) BiasGradient(dy, rows, new Span<float>(bias, Bias.Length), add);
    }

    public override void Import(ReadOnlySpan<float> source, Func<TrainedBuffer, AlignedBuffer> kind)
    {
        Weights.Import(At.Weight.Of(source), Index, kind);
        At.Bias.Of(source).CopyTo(kind(Bias).Span);
    }

    public override void Export(Span<float> target, Func<TrainedBuffer, AlignedBuffer> kind)
    {
        Weights.Export(At.Weight.Of(target), Index, kind);
        kind(Bias).Span[.._to].CopyTo(At.Bias.Of(target));
    }

    private int Index(int channel, int patch) => (channel * At.Weight.Columns) + patch;

    private void Spread(RowBlock x, RowBlock y, int rows, ReadOnlySpan<float> start, float* scratch)
    {
        for (int r = 0; r < rows; r++)
        {
            Weights.Multiply(new RowBlock(x.Row(r), _from), _geometry.Count, Weights.Zeros.Pointer, new RowBlock(scratch, _patchStride));
            var image = y.Values(r, At.Output.Length);
            for (int i = 0; i < image.Length; i += _to) start.CopyTo(image[i..]);
            _geometry.ScatterAdd(new ReadOnlySpan<float>(scratch, _geometry.Count * _patchStride), _patchStride, image);
        }
    }

    private void BiasGradient(RowBlock dy, int rows, Span<float> bias, bool add)
    {
        for (int c = 0; c < _to; c++)
        {
            double sum = add ? bias[c] : 0;
            for (int r = 0; r < rows; r++)
            {
                var image = dy.Values(r, At.Output.Length);
                for (int i = c; i < image.Length; i += _to) sum += image[i];
            }
            bias[c] = (float)sum;
        }
        if (!add) bias[_to..].Clear();
    }
}
