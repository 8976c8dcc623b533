using Microsoft.ML.Vae.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>Each layer as a differentiable function of rows, [rows, input] → [rows, output].</summary>
/// <param name="blocks">The parameter blocks by name, as matrices.</param>
internal sealed class TorchLayers(IReadOnlyDictionary<string, Tensor> blocks) : LayerVisitor<Func<Tensor, Tensor>>
{
    /// <summary>Runs rows through a network.</summary>
    public Tensor Run(IReadOnlyList<PlacedLayer> layers, Tensor x) => layers.Aggregate(x, (rows, layer) => layer.Accept(this)(rows));

    /// <summary>Fails before anything is computed.</summary>
    /// <exception cref="NotSupportedException">A layer cannot be expressed; it is named.</exception>
    public static void Check(IEnumerable<PlacedLayer> layers)
    {
        foreach (var placed in layers)
            if (placed.Layer is RowLayer own) throw Foreign(own);
    }

    public override Func<Tensor, Tensor> Visit(Dense layer, PlacedLayer at) => x => nn.functional.linear(x, blocks[at.Weight.Name], Bias(at));

    public override Func<Tensor, Tensor> Visit(Convolution layer, PlacedLayer at) => x =>
        ToRows(nn.functional.conv2d(ToImages(x, at.Input), Weight(at, layer.Kernel, at.Input.Channels), Bias(at), [layer.Stride, layer.Stride], [layer.Kernel / 2, layer.Kernel / 2]));

    public override Func<Tensor, Tensor> Visit(TransposedConvolution layer, PlacedLayer at) => x => ToRows(nn.functional.conv_transpose2d(
        ToImages(x, at.Input), Weight(at, layer.Kernel, layer.Channels), Bias(at), [layer.Stride, layer.Stride], [layer.Kernel / 2, layer.Kernel / 2], [layer.Stride - 1, layer.Stride - 1]));

    public override Func<Tensor, Tensor> Visit(Elementwise layer, PlacedLayer at) => layer.Activation switch
    {
        Activation.Linear => x => x,
        Activation.Tanh => x => x.tanh(),
        Activation.Relu => x => x.relu(),
        Activation.Softplus => x => x.softplus(),
        Activation.Sigmoid => x => x.sigmoid(),
        Activation.Elu => Elu,
        Activation.Silu => x => x.silu(),
        Activation.Gelu => x => x.gelu(),
    };

    public override Func<Tensor, Tensor> Visit(Reshape layer, PlacedLayer at) => x => x;

    public override Func<Tensor, Tensor> Visit(Softmax layer, PlacedLayer at) =>
        x => cat(x.split([.. layer.Lengths.Select(l => (long)l)], 1).Select(block => block.softmax(1)).ToList(), 1);

    public override Func<Tensor, Tensor> Visit(SideBySide layer, PlacedLayer at)
    {
        Func<Tensor, Tensor>[] branches = [.. layer.Branches.Select(b => new PlacedLayer(b.Layer, Shape.Vector(b.Length), Shape.Vector(b.Length), []).Accept(this))];
        return x => cat(x.split([.. layer.Branches.Select(b => (long)b.Length)], 1).Select((part, i) => branches[i](part)).ToList(), 1);
    }

    public override Func<Tensor, Tensor> Visit(RowLayer layer, PlacedLayer at) => throw Foreign(layer);

    private static NotSupportedException Foreign(RowLayer layer) => new($"TorchSharp: the layer {layer.Kind} cannot be expressed; it is not one of the library's. Use the managed engine.");

    private static Tensor Elu(Tensor x)
    {
        using Scalar one = 1;
        return x.elu(one, one, one);
    }

    private Tensor Bias(PlacedLayer at) => blocks[at.Bias.Name].flatten();

    // [smaller side's channels, kernel, kernel, larger side's] → libtorch's order.
    private Tensor Weight(PlacedLayer at, int kernel, int channels) => blocks[at.Weight.Name].view(at.Weight.Rows, kernel, kernel, channels).permute(0, 3, 1, 2);

    private static Tensor ToImages(Tensor rows, Shape shape) => rows.reshape(-1, shape.Height, shape.Width, shape.Channels).permute(0, 3, 1, 2);

    private static Tensor ToRows(Tensor images) => images.permute(0, 2, 3, 1).reshape(images.shape[0], -1);
}
