namespace Microsoft.ML.Vae.Core;

/// <summary>A part of one layer's weights: some inputs of one panel. Its gradient sums over the whole batch, in the first-level cache,
/// and is used up at once; so no order of summation depends on threads, and gradients need no memory.</summary>
internal sealed unsafe class WeightBlock<T> where T : unmanaged, ILanes<T>
{
    private const int MaximumInputs = 48, MaximumWidth = 64;

    /// <summary>Floats of the largest block.</summary>
    public const int ScratchLength = MaximumInputs * MaximumWidth;

    private static readonly AlignedBuffer Zeros = new(MaximumWidth);

    private readonly PackedLayer<T> _layer;
    private readonly StackPass<T>[] _passes;
    private readonly int _index, _panel, _first, _last;

    private WeightBlock(PackedLayer<T> layer, StackPass<T>[] passes, int index, int panel, int first)
    {
        (_layer, _passes, _index, _panel, _first) = (layer, passes, index, panel, first);
        _last = Math.Min(layer.Inputs, first + MaximumInputs);
    }

    /// <summary>Multiplications per row of the batch.</summary>
    public int Cost => (_last - _first + 1) * Width;

    private int Width => _layer.Layout.Width(_panel);

    private int Offset => _layer.Layout.Offset(_panel) + (_first * Width);

    private int Length => (_last - _first) * Width;

    // The panel's first block takes the bias with it.
    private bool HasBias => _first == 0;

    private int BiasOffset => _layer.Layout.FirstColumn(_panel);

    /// <summary>Cuts the layers of a stack, whose gradient is the sum over <paramref name="passes"/>.</summary>
    public static IEnumerable<WeightBlock<T>> Cut(PackedLayer<T>[] layers, params StackPass<T>[] passes)
    {
        for (int l = 0; l < layers.Length; l++)
            for (int panel = 0; panel < layers[l].Layout.PanelCount; panel++)
                for (int first = 0; first < layers[l].Inputs; first += MaximumInputs)
                    yield return new WeightBlock<T>(layers[l], passes, l, panel, first);
    }

    /// <summary>Gradient and Adam step at once, where all rows of the batch are at hand.</summary>
    public void Update(int rows, in AdamUpdate<T> adam, float* scratch)
    {
        Weights(rows, scratch, add: false);
        adam.Apply(_layer.Weights, Offset, Length, scratch, 1f);
        _layer.Transpose(_panel, _first, _last);
        if (!HasBias) return;
        Bias(rows, scratch, add: false);
        adam.Apply(_layer.Bias, BiasOffset, Width, scratch, 1f);
    }

    /// <summary>Stores the gradient, or adds to the stored one; returns the squared norm of what is stored then.</summary>
    public double StoreGradient(int rows, bool add)
    {
        float* weights = _layer.Weights.Gradient.Pointer + Offset, bias = _layer.Bias.Gradient.Pointer + BiasOffset;
        Weights(rows, weights, add);
        double squares = Elementwise<T>.SumOfSquares(weights, Length);
        if (!HasBias) return squares;
        Bias(rows, bias, add);
        return squares + Elementwise<T>.SumOfSquares(bias, Width);
    }

    /// <summary>The Adam step of a stored gradient, scaled.</summary>
    public void Apply(in AdamUpdate<T> adam, float scale)
    {
        adam.Apply(_layer.Weights, Offset, Length, _layer.Weights.Gradient.Pointer + Offset, scale);
        _layer.Transpose(_panel, _first, _last);
        if (HasBias) adam.Apply(_layer.Bias, BiasOffset, Width, _layer.Bias.Gradient.Pointer + BiasOffset, scale);
    }

    private void Weights(int rows, float* gradient, bool add)
    {
        for (int p = 0; p < _passes.Length; p++)
        {
            var (input, inputStride) = _passes[p].InputOf(_index);
            var (delta, deltaStride) = _passes[p].DeltaOf(_index);
            PanelProduct<T>.MultiplyTransposed(
                input.Pointer + _first, inputStride, _last - _first, delta.Pointer + BiasOffset, deltaStride, rows, _layer.Layout.Registers(_panel), gradient, p == 0 && !add ? Zeros.Pointer : null);
        }
    }

    private void Bias(int rows, float* gradient, bool add)
    {
        for (int p = 0; p < _passes.Length; p++)
        {
            var (delta, deltaStride) = _passes[p].DeltaOf(_index);
            Elementwise<T>.SumRows(delta.Pointer + BiasOffset, deltaStride, rows, _layer.Layout.Registers(_panel), gradient, add || p > 0);
        }
    }
}
