namespace Microsoft.ML.Vae.Core;

/// <summary>The kernel of each layer at one register width.</summary>
/// <param name="hasInputGradient">Whether the way back through the layer is asked for.</param>
internal sealed class LayerKernels<T>(bool hasInputGradient) : LayerVisitor<LayerKernel<T>> where T : unmanaged, ILanes<T>
{
    /// <summary>Kernels for inference: no way back.</summary>
    public static LayerKernel<T>[] ForInference(ReadOnlySpan<float> parameters, IReadOnlyList<PlacedLayer> layers)
    {
        var visitor = new LayerKernels<T>(hasInputGradient: false);
        LayerKernel<T>[] kernels = [.. layers.Select(l => l.Accept(visitor))];
        foreach (var kernel in kernels) kernel.Import(parameters, static b => b.Values);
        return kernels;
    }

    public override LayerKernel<T> Visit(Dense layer, PlacedLayer at) => new DenseKernel<T>(at, hasInputGradient);

    public override LayerKernel<T> Visit(Convolution layer, PlacedLayer at) => new ConvolutionKernel<T>(at, layer.Patches(at.Input), hasInputGradient);

    public override LayerKernel<T> Visit(TransposedConvolution layer, PlacedLayer at) => new TransposedConvolutionKernel<T>(at, layer.Patches(at.Input), hasInputGradient);

    public override LayerKernel<T> Visit(Elementwise layer, PlacedLayer at) => new ElementwiseKernel<T>(at, layer.Activation);

    public override LayerKernel<T> Visit(Reshape layer, PlacedLayer at) => new ReshapeKernel<T>(at);

    public override LayerKernel<T> Visit(Softmax layer, PlacedLayer at) => new SymmetricKernel<T>(at, new PlainSoftmax(layer, at));

    public override LayerKernel<T> Visit(SideBySide layer, PlacedLayer at) => new SymmetricKernel<T>(at, new PlainSideBySide(layer, at));

    public override LayerKernel<T> Visit(RowLayer layer, PlacedLayer at) => new RowLayerKernel<T>(at, layer);
}
