namespace Microsoft.ML.Vae.Core;

/// <summary>A part of one layer's weights. Its gradient sums over the whole batch, in the first-level cache, and is used up at once;
/// so no order of summation depends on threads, and gradients need no memory.</summary>
internal sealed unsafe class WeightBlock<T> where T : unmanaged, ILanes<T>
{
    private readonly LayerKernel<T> _kernel;
    private readonly StackPass<T>[] _passes;
    private readonly WeightRange _range;
    private readonly FetchList? _fetched;
    private readonly int _layer, _offset, _length, _biasOffset, _biasLength;

    private WeightBlock(LayerKernel<T> kernel, StackPass<T>[] passes, int layer, WeightRange range)
    {
        (_kernel, _passes, _layer, _range) = (kernel, passes, layer, range);
        if (kernel.Weights is { } weights) (_offset, _length, _fetched) = (weights.Offset(range), weights.Length(range), weights.Fetched(range));
        (_biasOffset, _biasLength) = kernel.BiasOf(range);
    }

    /// <summary>Multiplications per row of the batch.</summary>
    public int Cost => (_length + _biasLength) * _kernel.Uses;

    /// <summary>Floats of the block's gradient.</summary>
    public int ScratchLength => _length + _biasLength;

    /// <summary>Cuts the layers of a stack, whose gradient is the sum over <paramref name="passes"/>.</summary>
    public static IEnumerable<WeightBlock<T>> Cut(LayerKernel<T>[] kernels, params StackPass<T>[] passes) =>
        kernels.SelectMany((kernel, layer) => kernel.Ranges.Select(range => new WeightBlock<T>(kernel, passes, layer, range)));

    /// <summary>Gradient and Adam step at once, where all rows of the batch are at hand.</summary>
    /// <param name="adam">The step.</param>
    /// <param name="gradient">As long as <see cref="ScratchLength"/>.</param>
    /// <param name="scratch">As long as the kernel asks for.</param>
    public void Update(in AdamUpdate<T> adam, float* gradient, float* scratch)
    {
        float* bias = gradient + _length;
        _fetched?.Restart();
        Gradient(gradient, bias, add: false, scratch, _fetched);
        if (_length > 0)
        {
            adam.Apply(_kernel.Weights!.Buffer, _offset, _length, gradient, 1f);
            _kernel.Weights.Transpose(_range);
        }
        if (_biasLength > 0) adam.Apply(_kernel.Bias!, _biasOffset, _biasLength, bias, 1f);
    }

    /// <summary>Stores the gradient, or adds to the stored one; returns the squared norm of what is stored then.</summary>
    public double StoreGradient(bool add, float* scratch)
    {
        float* weights = _length > 0 ? _kernel.Weights!.Buffer.Gradient.Pointer + _offset : null, bias = _biasLength > 0 ? _kernel.Bias!.Gradient.Pointer + _biasOffset : null;
        Gradient(weights, bias, add, scratch, null);
        double squares = _length > 0 ? Reductions<T>.SumOfSquares(weights, _length) : 0;
        return _biasLength > 0 ? squares + Reductions<T>.SumOfSquares(bias, _biasLength) : squares;
    }

    /// <summary>The Adam step of a stored gradient, scaled.</summary>
    public void Apply(in AdamUpdate<T> adam, float scale)
    {
        if (_length > 0)
        {
            adam.Apply(_kernel.Weights!.Buffer, _offset, _length, _kernel.Weights.Buffer.Gradient.Pointer + _offset, scale);
            _kernel.Weights.Transpose(_range);
        }
        if (_biasLength > 0) adam.Apply(_kernel.Bias!, _biasOffset, _biasLength, _kernel.Bias!.Gradient.Pointer + _biasOffset, scale);
    }

    // The first pass has rows whenever there are any.
    private void Gradient(float* weights, float* bias, bool add, float* scratch, FetchList? ahead)
    {
        for (int p = 0; p < _passes.Length; p++)
        {
            var pass = _passes[p];
            if (pass.Rows > 0) _kernel.Gradient(_range, pass.InputOf(_layer), pass.DeltaOf(_layer), pass.Rows, weights, bias, add || p > 0, scratch, ahead);
        }
    }
}
