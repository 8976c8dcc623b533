namespace Microsoft.ML.Vae.Core;

/// <summary>Inference through a stack of dense layers, with buffers of its own. Not thread-safe.</summary>
internal sealed class ForwardPass
{
    private readonly VaeParameters _parameters;
    private readonly IReadOnlyList<DenseLayer> _layers;
    private readonly float[][] _outputs;

    public ForwardPass(VaeParameters parameters, IReadOnlyList<DenseLayer> layers, int maximumRows)
    {
        (_parameters, _layers, MaximumRows) = (parameters, layers, maximumRows);
        _outputs = [.. layers.Select(l => new float[maximumRows * l.Out])];
    }

    public int MaximumRows { get; }

    /// <summary>Number of rows that have passed; tests prove by it that nothing unasked is computed.</summary>
    public long RowsComputed { get; private set; }

    /// <summary>[rows, In] → [rows, Out]; the result is valid until the next call.</summary>
    public ReadOnlySpan<float> Run(ReadOnlySpan<float> input, int rows)
    {
        RowsComputed += rows;
        for (int l = 0; l < _layers.Count; l++)
        {
            var layer = _layers[l];
            var output = _outputs[l].AsSpan(0, rows * layer.Out);
            MatrixProduct.Forward(l == 0 ? input : _outputs[l - 1], _parameters[layer.Weight], _parameters[layer.Bias], output);
            layer.Activation.Apply(output);
        }
        return _outputs[^1].AsSpan(0, rows * _layers[^1].Out);
    }
}
