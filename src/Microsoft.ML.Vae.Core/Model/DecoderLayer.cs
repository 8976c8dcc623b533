using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>A decoder's dense layer in double precision, for rows padded to whole panels.</summary>
internal sealed class DecoderLayer
{
    private readonly double[] _bias;
    private readonly Activation _activation;
    private readonly DoublePanels _weight, _transpose;

    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="bias">[outputs].</param>
    /// <param name="inputs">Inputs.</param>
    /// <param name="activation">Of the outputs.</param>
    public DecoderLayer(float[] weight, ReadOnlySpan<float> bias, int inputs, Activation activation)
    {
        int outputs = bias.Length;
        (Stride, InputStride, _activation) = (DoublePanels.Padded(outputs), DoublePanels.Padded(inputs), activation);
        _bias = new double[Stride];
        for (int o = 0; o < outputs; o++) _bias[o] = bias[o];
        _weight = new(inputs, outputs, (i, o) => weight[(o * inputs) + i]);
        _transpose = new(outputs, inputs, (o, i) => weight[(o * inputs) + i]);
    }

    /// <summary>The length of a row of outputs.</summary>
    public int Stride { get; }

    /// <summary>The length of a row of inputs.</summary>
    public int InputStride { get; }

    public bool IsLinear => _activation == Activation.Linear;

    /// <summary>W x for each row.</summary>
    public void Multiply(ReadOnlySpan<double> inputs, Span<double> products) => _weight.Multiply(inputs, products);

    /// <summary>Wᵀ x for each row.</summary>
    public void MultiplyTransposed(ReadOnlySpan<double> adjoints, Span<double> products) => _transpose.Multiply(adjoints, products);

    /// <summary>act(a + b) for each row.</summary>
    public void Activate(ReadOnlySpan<double> products, Span<double> outputs)
    {
        for (int at = 0; at < outputs.Length; at += Stride) TensorPrimitives.Add(products.Slice(at, Stride), _bias, outputs.Slice(at, Stride));
        if (_activation == Activation.Tanh) TensorPrimitives.Tanh(outputs, outputs);
        else if (!IsLinear) for (int i = 0; i < outputs.Length; i++) outputs[i] = _activation.Value(outputs[i]);
    }

    /// <summary>act′ at the outputs.</summary>
    public void Slopes(ReadOnlySpan<double> outputs, Span<double> slopes)
    {
        for (int i = 0; i < outputs.Length; i++) slopes[i] = _activation.Slope(outputs[i]);
    }

    /// <summary>act″ at the outputs.</summary>
    public void Bends(ReadOnlySpan<double> outputs, Span<double> bends)
    {
        for (int i = 0; i < outputs.Length; i++) bends[i] = _activation.Bend(outputs[i]);
    }
}
