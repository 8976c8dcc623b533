namespace Microsoft.ML.Vae.Core;

/// <summary>A layer of the user's own, through its own functions; its parameters are one vector, packed like a bias.</summary>
internal sealed unsafe class RowLayerKernel<T>(PlacedLayer at, RowLayer layer) : LayerKernel<T>(at) where T : unmanaged, ILanes<T>
{
    private readonly PlainRowLayer _plain = new(layer, at, offset: 0);
    private readonly TrainedBuffer _parameters = new(AlignedBuffer.Padded(at.Blocks.Sum(b => b.Length)));
    private readonly int _inputs = at.Input.Length, _outputs = at.Output.Length;

    public override TrainedBuffer? Bias => _plain.ParameterCount == 0 ? null : _parameters;

    public override IEnumerable<WeightRange> Ranges => _plain.ParameterCount == 0 ? [] : [new WeightRange(0, 0, 0, true)];

    public override int Uses => _inputs;

    private Span<float> Values => _parameters.Values.Span[.._plain.ParameterCount];

    public override (int First, int Count) BiasOf(in WeightRange range) => (0, _parameters.Length);

    public override void Forward(RowBlock x, RowBlock y, int rows, float* scratch)
    {
        for (int r = 0; r < rows; r++) _plain.Forward(Values, x.Values(r, _inputs), y.Values(r, _outputs), 1);
    }

    public override void InputGradient(RowBlock x, RowBlock y, RowBlock dy, RowBlock dx, int rows, float* scratch)
    {
        for (int r = 0; r < rows; r++) _plain.Backward(Values, x.Values(r, _inputs), y.Values(r, _outputs), dy.Values(r, _outputs), dx.Values(r, _inputs), [], 1);
    }

    public override void Tangent(RowBlock x, RowBlock y, RowBlock dx, RowBlock dy, int rows, int directions, float* scratch)
    {
        for (int d = 0; d < rows * directions; d++) _plain.Tangent(Values, x.Values(d / directions, _inputs), dx.Values(d, _inputs), dy.Values(d, _outputs));
    }

    public override void Gradient(in WeightRange range, RowBlock x, RowBlock dy, int rows, float* weights, float* bias, bool add, float* scratch, FetchList? ahead)
    {
        var target = new Span<float>(bias, _parameters.Length);
        if (!add) target.Clear();
        var slope = new float[_inputs];
        for (int r = 0; r < rows; r++)
            _plain.Backward(Values, x.Values(r, _inputs), [], dy.Values(r, _outputs), slope, target[.._plain.ParameterCount], 1);
    }

    public override void Import(ReadOnlySpan<float> source, Func<TrainedBuffer, AlignedBuffer> kind) =>
        source.Slice(At.Offset, _plain.ParameterCount).CopyTo(kind(_parameters).Span);

    public override void Export(Span<float> target, Func<TrainedBuffer, AlignedBuffer> kind) => kind(_parameters).Span[.._plain.ParameterCount].CopyTo(target[At.Offset..]);
}
