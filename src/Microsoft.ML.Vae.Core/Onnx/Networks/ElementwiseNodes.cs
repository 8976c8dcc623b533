using Element = Microsoft.ML.Vae.Core.OnnxMessages.TensorMessage.Types.Element;

namespace Microsoft.ML.Vae.Core;

/// <summary>An activation as nodes, single precision.</summary>
internal sealed class ElementwiseNodes(OnnxGraph graph, Activation activation, PlacedLayer at) : ILayerNodes
{
    public string Value(string x) => activation switch
    {
        Activation.Linear => x,
        Activation.Tanh => graph.Node("Tanh", x),
        Activation.Relu => graph.Node("Relu", x),
        Activation.Softplus => graph.Node("Softplus", x),
        Activation.Sigmoid => graph.Node("Sigmoid", x),
        Activation.Elu => graph.Node("Elu", x),
        Activation.Silu => graph.Node("Mul", x, graph.Node("Sigmoid", x)),
        Activation.Gelu => graph.Node("Mul", x, NormalCdf(x)),
    };

    public Tangents Push(Tangents tangents, string x, string y)
    {
        if (Slope(x, y) is not { } slope) return tangents;
        return tangents with { Value = graph.Node("Mul", graph.Reshape(slope, 0, at.Output.Length, 1), tangents.Written(graph)), IsBatched = true };
    }

    // dy/dx; null: 1.
    private string? Slope(string x, string y) => activation switch
    {
        Activation.Linear => null,
        Activation.Tanh => graph.Node("Sub", graph.Scalar(1f), graph.Node("Mul", y, y)),
        Activation.Relu => graph.Cast(graph.Node("Greater", y, graph.Scalar(0f)), Element.Single),
        Activation.Softplus => graph.Node("Sub", graph.Scalar(1f), graph.Node("Exp", graph.Node("Neg", y))),
        Activation.Sigmoid => graph.Node("Mul", y, graph.Node("Sub", graph.Scalar(1f), y)),
        Activation.Elu => graph.Node("Where", graph.Node("Greater", y, graph.Scalar(0f)), graph.Scalar(1f), graph.Node("Add", y, graph.Scalar(1f))),
        Activation.Silu => SiluSlope(x),
        Activation.Gelu => graph.Node("Add", NormalCdf(x), graph.Node("Mul", x, NormalDensity(x))),
    };

    // σ (1 + x (1 − σ))
    private string SiluSlope(string x)
    {
        string sigmoid = graph.Node("Sigmoid", x), rest = graph.Node("Mul", x, graph.Node("Sub", graph.Scalar(1f), sigmoid));
        return graph.Node("Mul", sigmoid, graph.Node("Add", graph.Scalar(1f), rest));
    }

    private string NormalCdf(string x) =>
        graph.Node("Mul", graph.Scalar(0.5f), graph.Node("Add", graph.Scalar(1f), graph.Node("Erf", graph.Node("Mul", x, graph.Scalar(0.70710678f)))));

    private string NormalDensity(string x) =>
        graph.Node("Mul", graph.Scalar(0.39894228f), graph.Node("Exp", graph.Node("Mul", graph.Scalar(-0.5f), graph.Node("Mul", x, x))));
}

/// <summary>Softmax over blocks as nodes: J t = y (t − ⟨y, t⟩) within each block.</summary>
internal sealed class SoftmaxNodes(OnnxGraph graph, Softmax softmax) : ILayerNodes
{
    public string Value(string x) => Concatenate(block => graph.Node("Softmax", [graph.Slice(x, block.First, block.First + block.Length)], OnnxGraph.Integer("axis", -1)));

    public Tangents Push(Tangents tangents, string x, string y)
    {
        string written = tangents.Written(graph);
        string value = Concatenate(block =>
        {
            string shares = graph.Reshape(graph.Slice(y, block.First, block.First + block.Length), 0, block.Length, 1);
            string moved = graph.SliceAxis(written, block.First, block.First + block.Length, -2);
            string mean = graph.Node("ReduceSum", graph.Node("Mul", shares, moved), graph.Constant([-2L], 1));
            return graph.Node("Mul", shares, graph.Node("Sub", moved, mean));
        });
        return tangents with { Value = value, IsBatched = true };
    }

    private string Concatenate(Func<(int First, int Length), string> part) => graph.Concatenate(1, [.. softmax.Ranges().Select(part)]);
}
