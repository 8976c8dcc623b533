namespace Microsoft.ML.Vae.Core;

/// <summary>A network as ONNX nodes: values, and the exact Jacobian by forward mode. Weights keep the names of <see cref="ParameterLayout"/>.</summary>
/// <param name="graph">Receives the nodes.</param>
/// <param name="parameters">Weights.</param>
internal sealed class NetworkNodes(OnnxGraph graph, VaeParameters parameters)
{
    private readonly LayerNodes _layers = new(graph, parameters);

    /// <summary>[rows, input] → [rows, output]: what goes into each layer in turn, and at the end what comes out.</summary>
    public IReadOnlyList<string> Forward(IReadOnlyList<PlacedLayer> layers, string input)
    {
        var values = new List<string> { input };
        foreach (var layer in layers) values.Add(layer.Accept(_layers).Value(values[^1]));
        return values;
    }

    /// <summary>∂output/∂input, [rows, output, input] (or [output, input] where all layers are linear), from the values of <see cref="Forward"/>: J ← J_layer J, layer by layer.</summary>
    public string Jacobian(IReadOnlyList<PlacedLayer> layers, IReadOnlyList<string> values)
    {
        var tangents = new Tangents(null, layers[0].Input.Length, IsBatched: false);
        for (int l = 0; l < layers.Count; l++) tangents = layers[l].Accept(_layers).Push(tangents, values[l], values[l + 1]);
        return tangents.Value!;
    }
}

/// <summary>Tangents on their way through a network.</summary>
/// <param name="Value">[rows, width, directions], or [width, directions] where they are the same for all rows; null: the identity.</param>
/// <param name="Directions">Number of directions.</param>
/// <param name="IsBatched">Whether they depend on the row.</param>
internal readonly record struct Tangents(string? Value, int Directions, bool IsBatched)
{
    /// <summary>As a matrix, the identity written out.</summary>
    public string Written(OnnxGraph graph)
    {
        if (Value is not null) return Value;
        var identity = new float[Directions * Directions];
        for (int i = 0; i < Directions; i++) identity[(i * Directions) + i] = 1;
        return graph.Constant<float>(identity, Directions, Directions);
    }
}

/// <summary>A layer as nodes.</summary>
internal interface ILayerNodes
{
    /// <summary>[rows, input] → [rows, output].</summary>
    string Value(string x);

    /// <summary>How the output moves with what moves the input.</summary>
    /// <param name="tangents">Of the input.</param>
    /// <param name="x">The input.</param>
    /// <param name="y">The output.</param>
    Tangents Push(Tangents tangents, string x, string y);
}
