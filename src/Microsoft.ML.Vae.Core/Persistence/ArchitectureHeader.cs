using System.Text.Json.Nodes;

namespace Microsoft.ML.Vae.Core;

/// <summary>An architecture as JSON: plain values, layers and parts by kind. Version 1 knew dense networks with one activation only; it is read, too.</summary>
internal static class ArchitectureHeader
{
    public static JsonObject Write(VaeArchitecture a) => new()
    {
        ["Encoder"] = Write(a.Encoder),
        ["Decoder"] = Write(a.Decoder),
        ["Posterior"] = a.Posterior.ToString(),
        ["Likelihood"] = Part(a.Likelihood.Name, ModelParts.Write(a.Likelihood)),
        ["Prior"] = Part(a.Prior.Name, ModelParts.Write(a.Prior)),
    };

    /// <exception cref="FormatException">A part is missing, unknown, or does not fit.</exception>
    public static VaeArchitecture Read(JsonObject json) =>
        FileContent.Build("The file's architecture cannot be read", () => (json.ContainsKey("FeatureCount") ? ReadVersion1(json) : ReadVersion2(json)).Validated());

    private static VaeArchitecture ReadVersion2(JsonObject json) => new()
    {
        Encoder = ReadNetwork(json["Encoder"]!.AsObject()),
        Decoder = ReadNetwork(json["Decoder"]!.AsObject()),
        Posterior = Named<PosteriorForm>(json["Posterior"]!),
        Likelihood = Part(json["Likelihood"]!, ModelParts.ReadLikelihood),
        Prior = Part(json["Prior"]!, ModelParts.ReadPrior),
    };

    private static VaeArchitecture ReadVersion1(JsonObject json) => VaeArchitecture.Dense(
        json["FeatureCount"]!.GetValue<int>(), json["LatentDimension"]!.GetValue<int>(), Integers(json["EncoderWidths"]!), Integers(json["DecoderWidths"]!),
        Named<Activation>(json["HiddenActivation"]!), Version1Likelihood(json["Likelihood"]!.AsObject()),
        Named<Activation>(json["OutputActivation"]!));

    // Its settings stood beside the name; a fixed variance came with a floor that nobody used.
    private static Likelihood Version1Likelihood(JsonObject json)
    {
        var settings = json["Weight"] is JsonObject weight ? weight.DeepClone().AsObject() : json.DeepClone().AsObject();
        return ModelParts.ReadLikelihood(json["Name"]!.GetValue<string>(), settings);
    }

    private static JsonObject Part(string name, JsonObject settings) => new() { ["Name"] = name, ["Settings"] = settings };

    private static T Part<T>(JsonNode json, Func<string, JsonObject, T> read) => read(json["Name"]!.GetValue<string>(), json["Settings"]!.AsObject());

    private static JsonObject Write(Network network) => new()
    {
        ["Input"] = Write(network.Input),
        ["Layers"] = new JsonArray([.. network.Walk().Select(at => Write(at))]),
    };

    private static JsonObject Write(PlacedLayer at, int? length = null)
    {
        var json = at.Accept(LayerSettings.Instance);
        json["Kind"] = at.Layer.Kind;
        if (length is { } values) json["Length"] = values;
        return json;
    }

    private static Network ReadNetwork(JsonObject json) => new(ReadShape(json["Input"]!), [.. json["Layers"]!.AsArray().Select(l => ReadLayer(l!.AsObject()))]);

    private static Layer ReadLayer(JsonObject json) => json["Kind"]!.GetValue<string>() switch
    {
        "Dense" => new Dense(json["Outputs"]!.GetValue<int>()),
        "Convolution" => new Convolution(json["Channels"]!.GetValue<int>(), json["Kernel"]!.GetValue<int>(), json["Stride"]!.GetValue<int>()),
        "TransposedConvolution" => new TransposedConvolution(json["Channels"]!.GetValue<int>(), json["Kernel"]!.GetValue<int>(), json["Stride"]!.GetValue<int>()),
        "Elementwise" => new Elementwise(Named<Activation>(json["Activation"]!)),
        "Reshape" => new Reshape(ReadShape(json["Shape"]!)),
        "Softmax" => new Softmax(Integers(json["Lengths"]!)),
        "SideBySide" => new SideBySide([.. json["Branches"]!.AsArray().Select(b => new Branch(ReadLayer(b!.AsObject()), b!["Length"]!.GetValue<int>()))]),
        var kind => ModelParts.ReadLayer(kind, json["Settings"]!.AsObject()),
    };

    private static JsonArray Write(Shape shape) => [shape.Height, shape.Width, shape.Channels];

    private static Shape ReadShape(JsonNode json)
    {
        int[] sizes = Integers(json);
        return sizes.Length == 3 ? new Shape(sizes[0], sizes[1], sizes[2]) : throw new ArgumentException($"Expected a shape of three sizes, got {sizes.Length}.");
    }

    // A number, or names joined by commas, is no name.
    private static T Named<T>(JsonNode json) where T : struct, Enum
    {
        string name = json.GetValue<string>();
        return Enum.TryParse<T>(name, out var value) && value.ToString() == name ? value : throw new ArgumentException($"There is no {typeof(T).Name} '{name}'.");
    }

    private static int[] Integers(JsonNode json) => [.. json.AsArray().Select(v => v!.GetValue<int>())];

    private sealed class LayerSettings : LayerVisitor<JsonObject>
    {
        private LayerSettings() { }

        public static LayerSettings Instance { get; } = new();

        public override JsonObject Visit(Dense layer, PlacedLayer at) => new() { ["Outputs"] = layer.Outputs };

        public override JsonObject Visit(Convolution layer, PlacedLayer at) => new() { ["Channels"] = layer.Channels, ["Kernel"] = layer.Kernel, ["Stride"] = layer.Stride };

        public override JsonObject Visit(TransposedConvolution layer, PlacedLayer at) => new() { ["Channels"] = layer.Channels, ["Kernel"] = layer.Kernel, ["Stride"] = layer.Stride };

        public override JsonObject Visit(Elementwise layer, PlacedLayer at) => new() { ["Activation"] = layer.Activation.ToString() };

        public override JsonObject Visit(Reshape layer, PlacedLayer at) => new() { ["Shape"] = Write(layer.Shape) };

        public override JsonObject Visit(Softmax layer, PlacedLayer at) => new() { ["Lengths"] = new JsonArray([.. layer.Lengths.Select(l => (JsonNode)l)]) };

        public override JsonObject Visit(SideBySide layer, PlacedLayer at) => new() { ["Branches"] = new JsonArray([.. layer.Placed().Select(b => Write(b.At, b.At.Input.Length))]) };

        public override JsonObject Visit(RowLayer layer, PlacedLayer at) => new() { ["Settings"] = ModelParts.Write(layer) };
    }
}
