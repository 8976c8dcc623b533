namespace Microsoft.ML.Vae.Core;

/// <summary>A dense layer's weights as column panels, for forward products, and as panels of the transpose, for the gradient of its inputs.</summary>
internal sealed unsafe class PackedLayer<T> where T : unmanaged, ILanes<T>
{
    private readonly DenseLayer _layer;
    private readonly AlignedBuffer? _transpose, _zeros;
    private readonly PanelLayout _transposeLayout;
    private readonly int _groups;

    /// <param name="layer">Shape and activation.</param>
    /// <param name="groups">Groups of outputs that each start on a cache line of their own: two for the posterior's mean and log-variance.</param>
    /// <param name="hasInputGradient">False for the layer that sees the features: nobody asks for their gradient.</param>
    public PackedLayer(DenseLayer layer, int groups, bool hasInputGradient)
    {
        (_layer, _groups) = (layer, groups);
        Columns = groups * AlignedBuffer.Padded(layer.Out / groups);
        Layout = new PanelLayout(layer.In, Columns, T.Count, T.TileColumns);
        _transposeLayout = new PanelLayout(groups == 1 ? layer.Out : Columns, layer.In, T.Count, T.TileColumns);
        Weights = new TrainedBuffer(Layout.Length);
        Bias = new TrainedBuffer(Columns);
        if (hasInputGradient) (_transpose, _zeros) = (new AlignedBuffer(_transposeLayout.Length), new AlignedBuffer(_transposeLayout.Columns));
    }

    public int Inputs => _layer.In;

    /// <summary>Outputs with padding.</summary>
    public int Columns { get; }

    public Activation Activation => _layer.Activation;

    /// <summary>Packing of the weights: steps are inputs.</summary>
    public PanelLayout Layout { get; }

    public TrainedBuffer Weights { get; }

    public TrainedBuffer Bias { get; }

    /// <summary>y = act(W x + b).</summary>
    public void Forward(float* x, nint xStride, int rows, float* y, int yStride)
    {
        PanelProduct<T>.Multiply(x, xStride, rows, Weights.Values.Pointer, Layout, Bias.Values.Pointer, y, yStride);
        Elementwise<T>.Activate(Activation, y, rows * yStride);
    }

    /// <summary>W dx: how the outputs before the activation move with the inputs.</summary>
    /// <param name="dx">[rows, In].</param>
    /// <param name="dxStride">In floats.</param>
    /// <param name="rows">Directions.</param>
    /// <param name="zeros">[Columns], all zero.</param>
    /// <param name="dy">[rows, Columns].</param>
    /// <param name="dyStride">In floats.</param>
    public void Differential(float* dx, nint dxStride, int rows, AlignedBuffer zeros, float* dy, nint dyStride) =>
        PanelProduct<T>.Multiply(dx, dxStride, rows, Weights.Values.Pointer, Layout, zeros.Pointer, dy, dyStride);

    /// <summary>dx = Wᵀ dy.</summary>
    public void InputGradient(float* dy, nint dyStride, int rows, float* dx, nint dxStride) =>
        PanelProduct<T>.Multiply(dy, dyStride, rows, _transpose!.Pointer, _transposeLayout, _zeros!.Pointer, dx, dxStride);

    /// <summary>Brings a part of the transpose up to date with the weights.</summary>
    public void Transpose(int panel, int firstInput, int lastInput)
    {
        if (_transpose is not null) PanelTranspose.Copy(Weights.Values.Pointer, Layout, panel, firstInput, lastInput, _transpose.Pointer, _transposeLayout);
    }

    /// <summary>Takes one kind of value (parameters or a moment) from a buffer in the order of the parameter layout.</summary>
    public void Import(ReadOnlySpan<float> source, Func<TrainedBuffer, AlignedBuffer> kind)
    {
        Span<float> weights = kind(Weights).Span, bias = kind(Bias).Span;
        for (int o = 0; o < _layer.Out; o++)
        {
            for (int i = 0; i < _layer.In; i++) weights[Layout.Index(i, Column(o))] = source[_layer.Weight.Offset + (o * _layer.In) + i];
            bias[Column(o)] = source[_layer.Bias.Offset + o];
        }
        for (int panel = 0; panel < Layout.PanelCount; panel++) Transpose(panel, 0, _layer.In);
    }

    /// <summary>The inverse of <see cref="Import"/>.</summary>
    public void Export(Span<float> target, Func<TrainedBuffer, AlignedBuffer> kind)
    {
        Span<float> weights = kind(Weights).Span, bias = kind(Bias).Span;
        for (int o = 0; o < _layer.Out; o++)
        {
            for (int i = 0; i < _layer.In; i++) target[_layer.Weight.Offset + (o * _layer.In) + i] = weights[Layout.Index(i, Column(o))];
            target[_layer.Bias.Offset + o] = bias[Column(o)];
        }
    }

    private int Column(int output)
    {
        int size = _layer.Out / _groups;
        return (output / size * (Columns / _groups)) + (output % size);
    }
}
