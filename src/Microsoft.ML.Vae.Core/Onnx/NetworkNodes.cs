using Microsoft.ML.Vae.Core.OnnxMessages;

namespace Microsoft.ML.Vae.Core;

/// <summary>Dense layers as ONNX nodes: values, and the exact Jacobian by forward mode. Weights keep the names of <see cref="ParameterLayout"/>.</summary>
internal static class NetworkNodes
{
    /// <summary>[rows, In] → [rows, Out], the output of each layer in turn.</summary>
    public static IReadOnlyList<string> Forward(OnnxGraph graph, VaeParameters parameters, IReadOnlyList<DenseLayer> layers, string input)
    {
        var outputs = new List<string>();
        foreach (var layer in layers)
        {
            string bias = graph.Constant(layer.Bias.Name, parameters[layer.Bias], layer.Out);
            string sum = graph.Node("Gemm", [outputs.LastOrDefault(input), Weight(graph, parameters, layer), bias], Flag("transB"));
            outputs.Add(Apply(graph, layer.Activation, sum));
        }
        return outputs;
    }

    /// <summary>∂output/∂input, [rows, Out, In] (or [Out, In] where all layers are linear), from the outputs of <see cref="Forward"/>: J ← diag(act′) W J, layer by layer.</summary>
    public static string Jacobian(OnnxGraph graph, VaeParameters parameters, IReadOnlyList<DenseLayer> layers, IReadOnlyList<string> outputs)
    {
        string? tangents = null;
        for (int l = 0; l < layers.Count; l++)
        {
            string weight = Weight(graph, parameters, layers[l]);
            string pushed = tangents is null ? weight : graph.Node("MatMul", weight, tangents);
            string? slope = Slope(graph, layers[l].Activation, outputs[l]);
            tangents = slope is null ? pushed : graph.Node("Mul", graph.Reshape(slope, 0, layers[l].Out, 1), pushed);
        }
        return tangents!;
    }

    /// <summary>y = act(x).</summary>
    /// <exception cref="NotSupportedException">The activation has no ONNX form here.</exception>
    public static string Apply(OnnxGraph graph, Activation activation, string value) => activation switch
    {
        Activation.Linear => value,
        Activation.Tanh => graph.Node("Tanh", value),
        Activation.Relu => graph.Node("Relu", value),
        Activation.Softplus => graph.Node("Softplus", value),
        Activation.Sigmoid => graph.Node("Sigmoid", value),
        _ => throw new NotSupportedException($"ONNX export: the activation {activation} cannot be expressed."),
    };

    /// <summary>dy/dx as a function of the output y; null: 1.</summary>
    public static string? Slope(OnnxGraph graph, Activation activation, string y) => activation switch
    {
        Activation.Tanh => graph.Node("Sub", graph.Scalar(1f), graph.Node("Mul", y, y)),
        Activation.Relu => graph.Cast(graph.Node("Greater", y, graph.Scalar(0f)), TensorMessage.Types.Element.Single),
        Activation.Softplus => graph.Node("Sub", graph.Scalar(1f), graph.Node("Exp", graph.Node("Neg", y))),
        Activation.Sigmoid => graph.Node("Mul", y, graph.Node("Sub", graph.Scalar(1f), y)),
        _ => null,
    };

    private static string Weight(OnnxGraph graph, VaeParameters parameters, DenseLayer layer) =>
        graph.Constant(layer.Weight.Name, parameters[layer.Weight], layer.Out, layer.In);

    private static AttributeMessage Flag(string name) => new() { Name = name, I = 1, Type = AttributeMessage.Types.Kind.Int };
}
