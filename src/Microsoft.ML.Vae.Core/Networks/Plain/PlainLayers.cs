namespace Microsoft.ML.Vae.Core;

/// <summary>The plain form of each layer.</summary>
internal sealed class PlainLayers : LayerVisitor<IPlainLayer>
{
    private PlainLayers() { }

    /// <summary>The only instance: it has no state.</summary>
    public static PlainLayers Instance { get; } = new();

    public override IPlainLayer Visit(Dense layer, PlacedLayer at) => new PlainDense(at);

    public override IPlainLayer Visit(Convolution layer, PlacedLayer at) => new PlainConvolution(at, layer.Patches(at.Input));

    public override IPlainLayer Visit(TransposedConvolution layer, PlacedLayer at) => new PlainTransposedConvolution(at, layer.Patches(at.Input));

    public override IPlainLayer Visit(Elementwise layer, PlacedLayer at) => new PlainElementwise(layer.Activation);

    public override IPlainLayer Visit(Reshape layer, PlacedLayer at) => new PlainReshape();

    public override IPlainLayer Visit(Softmax layer, PlacedLayer at) => new PlainSoftmax(layer, at);

    public override IPlainLayer Visit(SideBySide layer, PlacedLayer at) => new PlainSideBySide(layer, at);

    public override IPlainLayer Visit(RowLayer layer, PlacedLayer at) => new PlainRowLayer(layer, at, at.Offset);
}
