namespace Microsoft.ML.Vae.Core;

/// <summary>A matrix of parameters that a layer asks for; vectors have one column.</summary>
/// <param name="Name">Within the layer: "weight", "bias".</param>
/// <param name="Rows">For weights: what the layer puts out.</param>
/// <param name="Columns">For weights: what it takes in.</param>
public readonly record struct BlockSpec(string Name, int Rows, int Columns);

/// <summary>A named view into the parameter buffer: a [Rows, Columns] matrix, row-major; vectors have one column.</summary>
/// <param name="Name">E.g. "encoder.0.weight"; files, ONNX, engines and oracles share these names.</param>
/// <param name="Offset">Index of the first value in the buffer.</param>
/// <param name="Rows">For weights: the layer's outputs.</param>
/// <param name="Columns">For weights: the layer's inputs.</param>
public readonly record struct ParameterBlock(string Name, int Offset, int Rows, int Columns)
{
    /// <summary>Number of values.</summary>
    public int Length => checked(Rows * Columns);

    /// <summary>The block's values in a buffer.</summary>
    internal Span<float> Of(Span<float> buffer) => buffer.Slice(Offset, Length);

    /// <summary>The block's values in a buffer.</summary>
    internal ReadOnlySpan<float> Of(ReadOnlySpan<float> buffer) => buffer.Slice(Offset, Length);
}
