namespace Microsoft.ML.Vae.Core;

/// <summary>Forward and backward pass of a batch through a network, with what every layer put out.</summary>
internal sealed class PlainPass
{
    private readonly IReadOnlyList<PlacedLayer> _layers;
    private readonly IPlainLayer[] _plain;
    private readonly float[][] _outputs, _deltas;
    private readonly float[] _inputDelta;
    private readonly int _inputs;

    /// <summary>Allocates for at most <paramref name="maximumRows"/> rows.</summary>
    public PlainPass(IReadOnlyList<PlacedLayer> layers, int maximumRows)
    {
        (_layers, _inputs) = (layers, layers[0].Input.Length);
        _plain = [.. layers.Select(l => l.Accept(PlainLayers.Instance))];
        _outputs = [.. layers.Select(l => new float[maximumRows * l.Output.Length])];
        _deltas = [.. layers.Select(l => new float[maximumRows * l.Output.Length])];
        _inputDelta = new float[maximumRows * _inputs];
    }

    /// <summary>The last layer's outputs, [rows, output].</summary>
    public Span<float> Output => _outputs[^1];

    /// <summary>∂loss/∂output, [rows, output]; set it before <see cref="Backward"/>.</summary>
    public Span<float> OutputDelta => _deltas[^1];

    /// <summary>∂loss/∂input, [rows, input], after <see cref="Backward"/>.</summary>
    public Span<float> InputDelta => _inputDelta;

    /// <summary>Runs the network on [rows, input].</summary>
    public void Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> input, int rows)
    {
        for (int l = 0; l < _plain.Length; l++)
            _plain[l].Forward(parameters, InputOf(l, input, rows), _outputs[l].AsSpan(0, rows * _layers[l].Output.Length), rows);
    }

    /// <summary>Adds the parameters' gradient to <paramref name="gradient"/>; <paramref name="input"/> is what Forward saw.</summary>
    public void Backward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> input, int rows, Span<float> gradient)
    {
        for (int l = _plain.Length - 1; l >= 0; l--)
        {
            int outputs = rows * _layers[l].Output.Length, inputs = rows * _layers[l].Input.Length;
            var dx = (l == 0 ? _inputDelta : _deltas[l - 1]).AsSpan(0, inputs);
            _plain[l].Backward(parameters, InputOf(l, input, rows), _outputs[l].AsSpan(0, outputs), _deltas[l].AsSpan(0, outputs), dx, gradient, rows);
        }
    }

    private ReadOnlySpan<float> InputOf(int layer, ReadOnlySpan<float> input, int rows) =>
        (layer == 0 ? input : _outputs[layer - 1].AsSpan())[..(rows * _layers[layer].Input.Length)];
}
