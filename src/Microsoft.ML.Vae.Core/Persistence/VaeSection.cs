using System.Text.Json.Nodes;

namespace Microsoft.ML.Vae.Core;

/// <summary>A VAE as part of a file: a JSON object and three float buffers (parameters, scaling offsets, scaling factors).</summary>
internal static class VaeSection
{
    /// <summary>Number of buffers.</summary>
    public const int BufferCount = 3;

    /// <exception cref="NotSupportedException">A part cannot be restored from a file; it is named.</exception>
    public static JsonObject Header(VaeModel model)
    {
        var header = Facts(model);
        if (model.Columns.Any(c => c.Kind != ColumnKind.Continuous)) header[nameof(model.Columns)] = JsonNode.Parse(HeaderJson.Write(model.Columns));
        if (model.Missing is { } missing) header[nameof(model.Missing)] = JsonNode.Parse(HeaderJson.Write(missing));
        if (model.Watched.Count > 0) header[nameof(model.Watched)] = new JsonArray([.. model.Watched.Select(i => (JsonNode)i)]);
        return header;
    }

    private static JsonObject Facts(VaeModel model) => new()
    {
        ["Architecture"] = ArchitectureHeader.Write(model.Architecture),
        ["KlWeight"] = model.KlWeight,
        ["FeatureNames"] = new JsonArray([.. model.FeatureNames.Select(n => (JsonNode)n)]),
        ["Bound"] = JsonNode.Parse(HeaderJson.Write(model.Bound)),
        ["ActiveLatents"] = new JsonArray([.. model.ActiveLatents.Select(j => (JsonNode)j)]),
    };

    public static float[][] Buffers(VaeModel model) => [model.Parameters.Values.ToArray(), model.Scaling.Offsets.ToArray(), model.Scaling.Factors.ToArray()];

    /// <exception cref="FormatException">A part is missing, unknown, or does not fit.</exception>
    public static VaeModel Read(JsonObject header, IReadOnlyList<float[]> buffers)
    {
        if (buffers.Count != BufferCount) throw new FormatException($"Expected {BufferCount} buffers of a VAE, got {buffers.Count}.");
        var architecture = ArchitectureHeader.Read(header["Architecture"]!.AsObject());
        var layout = new ParameterLayout(architecture);
        var model = new VaeModel(
            architecture, new VaeParameters(layout, buffers[0]), header["KlWeight"]!.GetValue<double>(), new FeatureScaling(buffers[1], buffers[2]),
            [.. header["FeatureNames"]!.AsArray().Select(n => n!.GetValue<string>())], header["Bound"] is { } bound ? HeaderJson.Read<Bound>(bound.ToJsonString()) : Bound.Evidence,
            missing: header["Missing"] is { } missing ? HeaderJson.Read<MissingValues>(missing.ToJsonString()) : null,
            columns: header["Columns"] is { } columns ? HeaderJson.Read<FeatureColumn[]>(columns.ToJsonString()) : null,
            watched: header["Watched"] is { } watched ? [.. watched.AsArray().Select(i => i!.GetValue<int>())] : null);
        // Version 1 did not say.
        return model.WithActiveLatents(header["ActiveLatents"] is { } active ? [.. active.AsArray().Select(j => j!.GetValue<int>())] : LatentImportance.OfOwnDraws(model).Active);
    }
}
