namespace Microsoft.ML.Vae.Core;

/// <summary>One pass of a batch through a stack of layers: every layer's outputs and ∂loss/∂(W x + b), kept for the weight gradients.</summary>
/// <remarks>Rows are independent: threads may work on different rows at once, and no sum depends on how rows are cut.</remarks>
internal sealed unsafe class StackPass<T> where T : unmanaged, ILanes<T>
{
    private readonly PackedLayer<T>[] _layers;
    private readonly AlignedBuffer[] _outputs, _deltas;
    private readonly int[] _strides;

    /// <param name="layers">The stack; several passes may share it.</param>
    /// <param name="maximumRows">Rows to allocate for.</param>
    /// <param name="input">[rows, inputs].</param>
    /// <param name="inputStride">Row stride of the input.</param>
    public StackPass(PackedLayer<T>[] layers, int maximumRows, AlignedBuffer input, int inputStride)
    {
        (_layers, Input, InputStride) = (layers, input, inputStride);
        _strides = [.. layers.Select(l => AlignedBuffer.RowStride(l.Columns))];
        _outputs = [.. _strides.Select(s => new AlignedBuffer(maximumRows * s))];
        _deltas = [.. _strides.Select(s => new AlignedBuffer(maximumRows * s))];
    }

    public AlignedBuffer Input { get; }

    public int InputStride { get; }

    public AlignedBuffer Output => _outputs[^1];

    public int OutputStride => _strides[^1];

    /// <summary>∂loss/∂output; set it for the same rows before <see cref="Backward"/>; zero in padded columns.</summary>
    public AlignedBuffer OutputDelta => _deltas[^1];

    /// <summary>What a layer saw.</summary>
    public (AlignedBuffer Values, int Stride) InputOf(int layer) => layer == 0 ? (Input, InputStride) : (_outputs[layer - 1], _strides[layer - 1]);

    /// <summary>∂loss/∂(W x + b) of a layer, after <see cref="Backward"/>.</summary>
    public (AlignedBuffer Values, int Stride) DeltaOf(int layer) => (_deltas[layer], _strides[layer]);

    /// <summary>Runs rows first … first+count−1 through the stack.</summary>
    public void Forward(int first, int count)
    {
        for (int l = 0; l < _layers.Length; l++)
        {
            var (x, xStride) = InputOf(l);
            _layers[l].Forward(Row(x, xStride, first), xStride, count, Row(_outputs[l], _strides[l], first), _strides[l]);
        }
    }

    /// <summary>Fills the deltas of rows first … first+count−1, and ∂loss/∂input where asked for.</summary>
    public void Backward(int first, int count, AlignedBuffer? inputDelta = null, int inputDeltaStride = 0)
    {
        for (int l = _layers.Length - 1; l >= 0; l--)
        {
            float* delta = Row(_deltas[l], _strides[l], first);
            Elementwise<T>.ActivationGradient(_layers[l].Activation, Row(_outputs[l], _strides[l], first), delta, count * _strides[l]);
            var (target, stride) = l > 0 ? (_deltas[l - 1], _strides[l - 1]) : (inputDelta, inputDeltaStride);
            if (target is not null) _layers[l].InputGradient(delta, _strides[l], count, Row(target, stride, first), stride);
        }
    }

    private static float* Row(AlignedBuffer buffer, int stride, int row) => buffer.Pointer + ((nint)row * stride);
}
