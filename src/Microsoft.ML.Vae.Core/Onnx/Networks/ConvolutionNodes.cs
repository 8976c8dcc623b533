namespace Microsoft.ML.Vae.Core;

/// <summary>A convolution of either direction as nodes. Rows are channels last, ONNX's images channels first: hence the transposes, which runtimes fold where they can.</summary>
internal sealed class ConvolutionNodes(OnnxGraph graph, VaeParameters parameters, PlacedLayer at, PatchGeometry patches, bool isTransposed) : ILayerNodes
{
    public string Value(string x) => Apply(x, [graph.Constant(at.Bias.Name, parameters[at.Bias], at.Bias.Rows)]);

    // Directions join the batch, and leave it again.
    public Tangents Push(Tangents tangents, string x, string y)
    {
        string written = tangents.Written(graph), rows = graph.Transpose(written, tangents.IsBatched ? [0, 2, 1] : [1, 0]);
        string moved = Apply(graph.Reshape(rows, -1, at.Input.Length), []);
        string value = tangents.IsBatched
            ? graph.Transpose(graph.Reshape(moved, -1, tangents.Directions, at.Output.Length), 0, 2, 1)
            : graph.Transpose(moved, 1, 0);
        return tangents with { Value = value };
    }

    private string Apply(string x, string[] bias)
    {
        int padding = (patches.Kernel - 1) / 2;
        string image = graph.Transpose(graph.Reshape(x, -1, at.Input.Height, at.Input.Width, at.Input.Channels), 0, 3, 1, 2);
        OnnxMessages.AttributeMessage[] attributes =
        [
            OnnxGraph.Integers("strides", patches.Stride, patches.Stride),
            OnnxGraph.Integers("pads", padding, padding, padding, padding),
            .. isTransposed ? [OnnxGraph.Integers("output_padding", patches.Stride - 1, patches.Stride - 1)] : Array.Empty<OnnxMessages.AttributeMessage>(),
        ];
        string convolved = graph.Node(isTransposed ? "ConvTranspose" : "Conv", [image, Weight(), .. bias], attributes);
        return graph.Reshape(graph.Transpose(convolved, 0, 2, 3, 1), -1, at.Output.Length);
    }

    // Stored as the layout has it, so that the model can be restored: [smaller side's channels, kernel, kernel, larger side's].
    private string Weight()
    {
        string stored = graph.Constant(at.Weight.Name, parameters[at.Weight], at.Weight.Rows, at.Weight.Columns);
        return graph.Transpose(graph.Reshape(stored, at.Weight.Rows, patches.Kernel, patches.Kernel, patches.Image.Channels), 0, 3, 1, 2);
    }
}
