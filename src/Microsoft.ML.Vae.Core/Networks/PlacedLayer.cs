namespace Microsoft.ML.Vae.Core;

/// <summary>A layer in its place: the shapes on both sides, and where its parameters lie in the buffer.</summary>
/// <param name="Layer">What it does.</param>
/// <param name="Input">Shape of a row that comes in.</param>
/// <param name="Output">Shape of a row that goes out.</param>
/// <param name="Blocks">Its parameters, as <see cref="Layer.Blocks"/> lists them.</param>
public sealed record PlacedLayer(Layer Layer, Shape Input, Shape Output, IReadOnlyList<ParameterBlock> Blocks)
{
    /// <summary>The weight of a layer that has weight and bias.</summary>
    public ParameterBlock Weight => Blocks[0];

    /// <summary>The bias of a layer that has weight and bias.</summary>
    public ParameterBlock Bias => Blocks[1];

    /// <summary>Where its parameters begin in the buffer; 0 where it has none.</summary>
    internal int Offset => Blocks.Count == 0 ? 0 : Blocks[0].Offset;

    /// <summary>Calls the visitor's method for this kind of layer.</summary>
    public T Accept<T>(LayerVisitor<T> visitor) => Layer.Accept(visitor, this);

    /// <summary>A layer without parameters, placed.</summary>
    internal static PlacedLayer WithoutParameters(Layer layer, Shape input) => new(layer, input, layer.Output(input), []);
}
