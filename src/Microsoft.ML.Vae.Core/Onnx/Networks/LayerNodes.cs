namespace Microsoft.ML.Vae.Core;

/// <summary>The ONNX form of each layer.</summary>
internal sealed class LayerNodes(OnnxGraph graph, VaeParameters parameters) : LayerVisitor<ILayerNodes>
{
    public override ILayerNodes Visit(Dense layer, PlacedLayer at) => new DenseNodes(graph, parameters, at);

    public override ILayerNodes Visit(Convolution layer, PlacedLayer at) => new ConvolutionNodes(graph, parameters, at, layer.Patches(at.Input), isTransposed: false);

    public override ILayerNodes Visit(TransposedConvolution layer, PlacedLayer at) => new ConvolutionNodes(graph, parameters, at, layer.Patches(at.Input), isTransposed: true);

    public override ILayerNodes Visit(Elementwise layer, PlacedLayer at) => new ElementwiseNodes(graph, layer.Activation, at);

    public override ILayerNodes Visit(Reshape layer, PlacedLayer at) => new ReshapeNodes();

    public override ILayerNodes Visit(Softmax layer, PlacedLayer at) => new SoftmaxNodes(graph, layer);

    public override ILayerNodes Visit(SideBySide layer, PlacedLayer at) => new SideBySideNodes(graph, [.. layer.Placed().Select(b => (b.At.Accept(this), b.First, b.At.Input.Length))]);

    public override ILayerNodes Visit(RowLayer layer, PlacedLayer at) => throw new NotSupportedException($"ONNX export: the layer {layer.Kind} cannot be expressed; it is not one of the library's.");
}

/// <summary>y = W x + b.</summary>
internal sealed class DenseNodes(OnnxGraph graph, VaeParameters parameters, PlacedLayer at) : ILayerNodes
{
    private string Weight => graph.Constant(at.Weight.Name, parameters[at.Weight], at.Weight.Rows, at.Weight.Columns);

    public string Value(string x) => graph.Node("Gemm", [x, Weight, graph.Constant(at.Bias.Name, parameters[at.Bias], at.Bias.Rows)], OnnxGraph.Integer("transB", 1));

    public Tangents Push(Tangents tangents, string x, string y) =>
        tangents with { Value = tangents.Value is null ? Weight : graph.Node("MatMul", Weight, tangents.Value) };
}

/// <summary>Branches over their own columns.</summary>
internal sealed class SideBySideNodes(OnnxGraph graph, (ILayerNodes Layer, int First, int Length)[] branches) : ILayerNodes
{
    public string Value(string x) => graph.Concatenate(1, [.. branches.Select(b => b.Layer.Value(graph.Slice(x, b.First, b.First + b.Length)))]);

    public Tangents Push(Tangents tangents, string x, string y)
    {
        // One matrix per row, also where an activation is linear and all before was.
        string ones = graph.Node("Add", graph.Node("Sub", x, x), graph.Scalar(1f)), width = graph.Reshape(ones, 0, branches[^1].First + branches[^1].Length, 1);
        string batched = tangents.IsBatched ? tangents.Value! : graph.Node("Mul", width, tangents.Written(graph));
        string value = graph.Concatenate(-2, [.. branches.Select(b =>
        {
            var part = new Tangents(graph.SliceAxis(batched, b.First, b.First + b.Length, -2), tangents.Directions, IsBatched: true);
            return b.Layer.Push(part, graph.Slice(x, b.First, b.First + b.Length), graph.Slice(y, b.First, b.First + b.Length)).Value!;
        })]);
        return tangents with { Value = value, IsBatched = true };
    }
}

/// <summary>The same values in another shape: rows are flat here anyway.</summary>
internal sealed class ReshapeNodes : ILayerNodes
{
    public string Value(string x) => x;

    public Tangents Push(Tangents tangents, string x, string y) => tangents;
}
