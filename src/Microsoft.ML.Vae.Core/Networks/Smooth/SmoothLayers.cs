namespace Microsoft.ML.Vae.Core;

/// <summary>The double-precision form of each layer, with its weights.</summary>
/// <param name="parameters">The whole buffer.</param>
internal sealed class SmoothLayers(float[] parameters) : LayerVisitor<SmoothLayer>
{
    public override SmoothLayer Visit(Dense layer, PlacedLayer at) => new SmoothLinear(at, new DenseMap(Weight(at), at.Input.Length, layer.Outputs), Bias(at));

    public override SmoothLayer Visit(Convolution layer, PlacedLayer at) => new SmoothLinear(at, new PatchMap(Weight(at), layer.Patches(at.Input)), Bias(at));

    public override SmoothLayer Visit(TransposedConvolution layer, PlacedLayer at) =>
        new SmoothLinear(at, new AdjointMap(new PatchMap(Weight(at), layer.Patches(at.Input))), Bias(at));

    public override SmoothLayer Visit(Elementwise layer, PlacedLayer at) => new SmoothElementwise(at, layer.Activation);

    public override SmoothLayer Visit(Reshape layer, PlacedLayer at) => new SmoothReshape(at);

    public override SmoothLayer Visit(Softmax layer, PlacedLayer at) => new SmoothRows(at, new SoftmaxFunction(layer));

    public override SmoothLayer Visit(SideBySide layer, PlacedLayer at) => new SmoothRows(at, new SideBySideFunction(layer));

    public override SmoothLayer Visit(RowLayer layer, PlacedLayer at) => new SmoothRows(at, new RowLayerFunction(layer, [.. at.Blocks.SelectMany(b => b.Of(parameters.AsSpan()).ToArray())]));

    private float[] Weight(PlacedLayer at) => at.Weight.Of(parameters.AsSpan()).ToArray();

    private ReadOnlySpan<float> Bias(PlacedLayer at) => at.Bias.Of(parameters.AsSpan());
}
