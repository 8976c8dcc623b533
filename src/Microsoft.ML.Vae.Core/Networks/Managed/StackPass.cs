namespace Microsoft.ML.Vae.Core;

/// <summary>One pass of a batch through a stack of layers: every layer's outputs and ∂loss/∂outputs, kept for the weight gradients.</summary>
/// <remarks>Rows are independent: threads may work on different rows at once, and no sum depends on how rows are cut.
/// A layer that works in place shares the buffers of the one before it: after the way back, the deltas there are those before the activation.
/// Outputs that the way back needs are not written over.</remarks>
internal sealed unsafe class StackPass<T> where T : unmanaged, ILanes<T>
{
    private readonly LayerKernel<T>[] _kernels;
    private readonly AlignedBuffer[] _outputs, _deltas;
    private readonly int[] _strides;
    private readonly int _lowest;

    /// <param name="kernels">The stack; several passes may share it.</param>
    /// <param name="maximumRows">Rows to allocate for.</param>
    /// <param name="input">[rows, inputs].</param>
    /// <param name="inputStride">Row stride of the input.</param>
    public StackPass(LayerKernel<T>[] kernels, int maximumRows, AlignedBuffer input, int inputStride)
    {
        (_kernels, Input, InputStride, MaximumRows) = (kernels, input, inputStride, maximumRows);
        _strides = [.. kernels.Select(k => AlignedBuffer.RowStride(k.Columns))];
        (_outputs, _deltas) = (new AlignedBuffer[kernels.Length], new AlignedBuffer[kernels.Length]);
        _lowest = Lowest(kernels.Select(k => k.At));
        bool[] isInPlace = InPlace(kernels);
        for (int l = 0; l < kernels.Length; l++)
        {
            bool hasRoom = l > 0 && _strides[l] == _strides[l - 1];
            _outputs[l] = isInPlace[l] ? _outputs[l - 1] : new AlignedBuffer(maximumRows * _strides[l]);
            _deltas[l] = hasRoom && kernels[l].IsGradientInPlace ? _deltas[l - 1] : new AlignedBuffer(maximumRows * _strides[l]);
        }
    }

    public AlignedBuffer Input { get; }

    public int InputStride { get; }

    /// <summary>Rows allocated for.</summary>
    public int MaximumRows { get; }

    public AlignedBuffer Output => _outputs[^1];

    public int OutputStride => _strides[^1];

    /// <summary>∂loss/∂output; set it for the same rows before <see cref="Backward"/>; zero in padded columns.</summary>
    public AlignedBuffer OutputDelta => _deltas[^1];

    /// <summary>Rows that weight gradients sum over; set by whoever runs the pass.</summary>
    public int Rows { get; set; }

    /// <summary>The first layer that learns: nobody asks for a gradient below it, unless for the input's own.</summary>
    public static int Lowest(IEnumerable<PlacedLayer> layers) => layers.TakeWhile(l => l.Blocks.Count == 0).Count();

    /// <summary>What a layer saw.</summary>
    public RowBlock InputOf(int layer) => layer == 0 ? new(Input.Pointer, InputStride) : new(_outputs[layer - 1].Pointer, _strides[layer - 1]);

    /// <summary>∂loss/∂ of what a layer put out, after <see cref="Backward"/>.</summary>
    public RowBlock DeltaOf(int layer) => new(_deltas[layer].Pointer, _strides[layer]);

    /// <summary>Runs rows first … first+count−1 through the stack.</summary>
    public void Forward(int first, int count, float* scratch)
    {
        for (int l = 0; l < _kernels.Length; l++) _kernels[l].Forward(InputOf(l).From(first), OutputOf(l).From(first), count, scratch);
    }

    /// <summary>Fills the deltas of rows first … first+count−1, and ∂loss/∂input where asked for.</summary>
    public void Backward(int first, int count, float* scratch, AlignedBuffer? inputDelta = null, int inputDeltaStride = 0)
    {
        for (int l = _kernels.Length - 1; l >= 0; l--)
        {
            if (l <= _lowest && inputDelta is null) return;
            var target = l > 0 ? DeltaOf(l - 1) : new RowBlock(inputDelta!.Pointer, inputDeltaStride);
            _kernels[l].InputGradient(InputOf(l).From(first), OutputOf(l).From(first), DeltaOf(l).From(first), target.From(first), count, scratch);
        }
    }

    /// <summary>Bytes of outputs and deltas that a row needs.</summary>
    public static int BytesPerRow(IReadOnlyList<LayerKernel<T>> kernels)
    {
        int floats = 0;
        bool[] isInPlace = InPlace(kernels);
        for (int l = 0; l < kernels.Count; l++)
        {
            int stride = AlignedBuffer.RowStride(kernels[l].Columns);
            floats += (isInPlace[l] ? 0 : stride) + (l > 0 && kernels[l].IsGradientInPlace ? 0 : stride);
        }
        return floats * sizeof(float);
    }

    // Which layers write over the outputs of the one before: none that changes values which the way back needs.
    private static bool[] InPlace(IReadOnlyList<LayerKernel<T>> kernels)
    {
        var isInPlace = new bool[kernels.Count];
        bool isNeeded = kernels[0].NeedsOutput;
        for (int l = 1; l < kernels.Count; l++)
        {
            bool hasRoom = AlignedBuffer.RowStride(kernels[l].Columns) == AlignedBuffer.RowStride(kernels[l - 1].Columns);
            isInPlace[l] = hasRoom && kernels[l].IsInPlace && !(isNeeded && kernels[l].ChangesValues);
            isNeeded = kernels[l].NeedsOutput || (isInPlace[l] && isNeeded);
        }
        return isInPlace;
    }

    private RowBlock OutputOf(int layer) => new(_outputs[layer].Pointer, _strides[layer]);
}
