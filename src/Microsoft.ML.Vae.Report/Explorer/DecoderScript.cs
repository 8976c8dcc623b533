using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Report;

/// <summary>A decoder as the page runs it: a list of layers, weights as 16-bit floats.</summary>
internal sealed class DecoderScript : LayerVisitor<JsonNode>
{
    private readonly VaeParameters _parameters;

    private DecoderScript(VaeParameters parameters) => _parameters = parameters;

    /// <summary>The layers from latents to means of the scaled features.</summary>
    /// <exception cref="NotSupportedException">A layer has no form in the page.</exception>
    public static JsonArray Of(VaeModel model)
    {
        var visitor = new DecoderScript(model.Parameters);
        return new JsonArray([.. model.Parameters.Layout.MeanDecoder.Select(at => at.Accept(visitor))]);
    }

    /// <summary>Asks whether the page can run it.</summary>
    /// <exception cref="NotSupportedException">A layer has no form in the page; it is named.</exception>
    public static void Check(VaeModel model)
    {
        if (PlaneDecoder.Refusal(model) is { } refusal) throw new NotSupportedException($"The explorer cannot show this model: {refusal}.");
        Of(model);
    }

    /// <summary>What is left of weights after 16 bits.</summary>
    public static float Rounded(float weight) => (float)(Half)Math.Clamp(weight, (float)Half.MinValue, (float)Half.MaxValue);

    public override JsonNode Visit(Dense layer, PlacedLayer at) =>
        new JsonObject { ["kind"] = "dense", ["outputs"] = layer.Outputs, ["weight"] = Packed(_parameters[at.Weight]), ["bias"] = Packed(_parameters[at.Bias]) };

    public override JsonNode Visit(Convolution layer, PlacedLayer at) => throw Refused(layer);

    public override JsonNode Visit(TransposedConvolution layer, PlacedLayer at) => throw Refused(layer);

    public override JsonNode Visit(Elementwise layer, PlacedLayer at) => new JsonObject
    {
        ["kind"] = layer.Activation switch
        {
            Activation.Linear => "linear",
            Activation.Tanh => "tanh",
            Activation.Relu => "relu",
            Activation.Softplus => "softplus",
            Activation.Sigmoid => "sigmoid",
            Activation.Elu => "elu",
            Activation.Silu => "silu",
            Activation.Gelu => "gelu",
        },
    };

    public override JsonNode Visit(Reshape layer, PlacedLayer at) => new JsonObject { ["kind"] = "linear" };

    public override JsonNode Visit(Softmax layer, PlacedLayer at) => new JsonObject { ["kind"] = "softmax", ["lengths"] = new JsonArray([.. layer.Lengths.Select(l => (JsonNode)l)]) };

    public override JsonNode Visit(SideBySide layer, PlacedLayer at) => new JsonObject
    {
        ["kind"] = "branches",
        ["branches"] = new JsonArray([.. layer.Branches.Select(b => (JsonNode)new JsonObject { ["length"] = b.Length, ["layer"] = b.Layer.Accept(this, at) })]),
    };

    public override JsonNode Visit(RowLayer layer, PlacedLayer at) => throw Refused(layer);

    private static NotSupportedException Refused(Layer layer) =>
        new($"The explorer runs dense layers, activations, softmaxes and changes of shape in the page; the decoder has a layer of the kind {layer.Kind}.");

    private static string Packed(ReadOnlySpan<float> weights)
    {
        var halves = new Half[weights.Length];
        for (int i = 0; i < halves.Length; i++) halves[i] = (Half)Rounded(weights[i]);
        return Convert.ToBase64String(MemoryMarshal.AsBytes<Half>(halves));
    }
}
