using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.Vae.Core.OnnxMessages;

namespace Microsoft.ML.Vae.Core;

/// <summary>What an exported file says about its model: plain entries for people, and what the graph does not hold for <see cref="OnnxImporter"/>.</summary>
internal static class OnnxMetadata
{
    public const string ModelKey = "mlvae.model", ChecksumKey = "mlvae.checksum", TensorPrefix = "mlvae.tensor.";

    /// <summary>Everything of a model but its float buffers.</summary>
    public sealed record Header(
        int Format, JsonObject Architecture, double KlWeight, string[] FeatureNames, int Draws, float Threshold, int CalibrationRows,
        double[] InverseVariance, LatentIsometry[] Latents, int IsometryRows, float[][] Knots, float[][] Values, OnnxExportOptions Options, double[]? PriorVariance = null, Bound? Bound = null,
        double[]? Departure = null, int? ReferenceRows = null, MissingValues? Missing = null, FeatureColumn[]? Columns = null, int? ReferenceBuffers = null, int[]? Watched = null, bool IsBalanced = false);

    /// <summary>Format of the header; a reader refuses newer ones. 2: networks of any layers, priors, bounds.</summary>
    public const int Format = 2;

    public static void Write(ModelMessage message, AnomalyModel model, OnnxExportOptions options)
    {
        var vae = model.Vae;
        Add(message, "architecture", Describe(vae.Architecture));
        Add(message, "kl_weight", vae.KlWeight.ToString(CultureInfo.InvariantCulture));
        Add(message, "feature_names", HeaderJson.Write(vae.FeatureNames));
        Add(message, "columns", HeaderJson.Write(vae.Columns));
        Add(message, "threshold", model.Threshold.ToString(CultureInfo.InvariantCulture));
        Add(message, "calibration_rows", model.Calibration.Scores.Count.ToString(CultureInfo.InvariantCulture));
        Add(message, "isometry", model.Isometry.Verdict);
        if (options.Training is { } training) Add(message, "training", HeaderJson.Write(training));
        var buffers = Buffers(model);
        foreach (var (name, values) in buffers)
            if (!message.Graph.Initializer.Any(t => t.Name == name)) Add(message, TensorPrefix + name, Convert.ToBase64String(MemoryMarshal.AsBytes<float>(values)));
        string header = HeaderJson.Write(HeaderOf(model, options));
        Add(message, ModelKey, header);
        Add(message, ChecksumKey, Checksum(header, buffers.Select(b => b.Values)));
    }

    /// <summary>SHA-256 over header and buffers, so that a damaged or edited file is not mistaken for the trained model.</summary>
    public static string Checksum(string header, IEnumerable<float[]> buffers)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(header));
        foreach (float[] buffer in buffers) hash.AppendData(MemoryMarshal.AsBytes<float>(buffer));
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Names of the float buffers that make up a model, in the order of the checksum.</summary>
    public static IEnumerable<string> BufferNames(ParameterLayout layout, int bankBuffers) =>
    [
        .. Enumerable.Range(0, bankBuffers).Select(OnnxNames.Bank),
        .. layout.Blocks.Where(b => b.Length > 0).Select(b => b.Name), OnnxNames.ScalingOffsets, OnnxNames.ScalingFactors, OnnxNames.Calibration,
    ];

    private static List<(string Name, float[] Values)> Buffers(AnomalyModel model)
    {
        var (parameters, scaling) = (model.Vae.Parameters, model.Vae.Scaling);
        var blocks = parameters.Layout.Blocks.Where(b => b.Length > 0).Select(b => parameters[b].ToArray());
        return [.. BufferNames(parameters.Layout, model.Bank?.Buffers.Length ?? 0).Zip((model.Bank?.Buffers ?? []).Concat(blocks).Concat([scaling.Offsets.ToArray(), scaling.Factors.ToArray(), [.. model.Calibration.Scores]]))];
    }

    private static Header HeaderOf(AnomalyModel model, OnnxExportOptions options) => new(
        Format, ArchitectureHeader.Write(model.Vae.Architecture), model.Vae.KlWeight, [.. model.Vae.FeatureNames], model.Estimator.Draws, model.Threshold,
        model.Calibration.Scores.Count, [.. model.Importance.InverseVariance], [.. model.Isometry.Latents], model.Isometry.Rows,
        [.. model.Coordinates.Knots], [.. model.Coordinates.Values], options, [.. model.Importance.PriorVariance], model.Vae.Bound, model.Isometry.Departure(), model.Bank?.Count,
        model.Vae.Missing, [.. model.Vae.Columns], model.Bank?.Categories is null ? null : ReferenceBank.MixedBufferCount, model.Vae.Watched.Count == 0 ? null : [.. model.Vae.Watched], model.Estimator.IsBalanced);

    private static string Describe(VaeArchitecture a) => $"{a.Encoder} → posterior {a.Posterior} | {a.Decoder} | {a.Likelihood.Name}, {a.Prior.Name}";

    private static void Add(ModelMessage message, string key, string value) => message.MetadataProps.Add(new EntryMessage { Key = key, Value = value });
}
