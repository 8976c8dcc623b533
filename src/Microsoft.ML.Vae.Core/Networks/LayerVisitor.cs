namespace Microsoft.ML.Vae.Core;

/// <summary>One form of every kind of layer: plain, managed, double, ONNX, TorchSharp. A kind that is forgotten does not compile.</summary>
/// <typeparam name="T">What it makes of a layer.</typeparam>
public abstract class LayerVisitor<T>
{
    /// <summary>Of y = W x + b.</summary>
    public abstract T Visit(Dense layer, PlacedLayer at);

    /// <summary>Of a convolution.</summary>
    public abstract T Visit(Convolution layer, PlacedLayer at);

    /// <summary>Of a transposed convolution.</summary>
    public abstract T Visit(TransposedConvolution layer, PlacedLayer at);

    /// <summary>Of an activation.</summary>
    public abstract T Visit(Elementwise layer, PlacedLayer at);

    /// <summary>Of another shape for the same values.</summary>
    public abstract T Visit(Reshape layer, PlacedLayer at);

    /// <summary>Of blocks that become distributions.</summary>
    public abstract T Visit(Softmax layer, PlacedLayer at);

    /// <summary>Of layers side by side.</summary>
    public abstract T Visit(SideBySide layer, PlacedLayer at);

    /// <summary>Of a layer of the user's own.</summary>
    public abstract T Visit(RowLayer layer, PlacedLayer at);
}
