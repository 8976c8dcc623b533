using System.Runtime.InteropServices;
using Microsoft.ML.Vae.Core.OnnxMessages;

namespace Microsoft.ML.Vae.Core;

/// <summary>A model restored from its own ONNX file.</summary>
/// <param name="Model">Scores as it did when it was exported.</param>
/// <param name="Options">The options of that export; with them, exporting again gives the same bytes.</param>
public sealed record OnnxImport(AnomalyModel Model, OnnxExportOptions Options);

/// <summary>Restores models from the files of <see cref="OnnxExporter"/>, for geometry or further training. Reads no other ONNX file.</summary>
public static class OnnxImporter
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">Not an ONNX file, not one of ours, edited, damaged, or of a newer version.</exception>
    public static OnnxImport Import(string path) => FileContent.Load(path, Import);

    /// <summary>Reads a stream to its end.</summary>
    /// <exception cref="FormatException">Not an ONNX file, not one of ours, edited, damaged, or of a newer version.</exception>
    public static OnnxImport Import(Stream stream)
    {
        var bytes = FileContent.Bytes(stream);
        var message = FileContent.Build("This is not an ONNX file, or it is damaged", () => ModelMessage.Parser.ParseFrom(bytes));
        string text = Entry(message, OnnxMetadata.ModelKey) ?? throw Foreign(message.ProducerName);
        var header = HeaderJson.Read<OnnxMetadata.Header>(text);
        if (header.Format is < 1 or > OnnxMetadata.Format)
            throw new FormatException($"The ONNX file has model format {header.Format}; this library reads formats 1 to {OnnxMetadata.Format}. Use a newer MLVae.");
        return FileContent.Build("The parts of the ONNX file do not fit each other", () => new OnnxImport(Restore(message, header, text), header.Options));
    }

    private static AnomalyModel Restore(ModelMessage message, OnnxMetadata.Header header, string text)
    {
        var architecture = ArchitectureHeader.Read(header.Architecture);
        var layout = new ParameterLayout(architecture);
        int own = header.ReferenceRows is null ? 0 : header.ReferenceBuffers ?? ReferenceBank.BufferCount;
        List<float[]> buffers = [.. OnnxMetadata.BufferNames(layout, own).Select(name => Buffer(message, name))];
        buffers[^1] = buffers[^1][..Math.Min(header.CalibrationRows, buffers[^1].Length)];
        if (OnnxMetadata.Checksum(text, buffers) != Entry(message, OnnxMetadata.ChecksumKey))
            throw new FormatException("The ONNX file was edited or damaged after its export: its checksum does not match. Export the model again.");
        var bank = own == 0 ? null : new ReferenceBank(architecture.FeatureCount, architecture.LatentDimension, [.. buffers.Take(own)]);
        var parameters = new VaeParameters(layout, [.. buffers.Skip(own).SkipLast(3).SelectMany(b => b)]);
        var importance = new LatentImportance(header.InverseVariance, header.KlWeight, header.PriorVariance);
        var vae = new VaeModel(architecture, parameters, header.KlWeight, new FeatureScaling(buffers[^3], buffers[^2]), header.FeatureNames, header.Bound, importance.Active, header.Missing, header.Columns, header.Watched);
        return new AnomalyModel(
            vae, LossEstimator.Of(header.Draws, header.IsBalanced), new ConformalCalibration(buffers[^1]), header.Threshold, importance,
            new IsometricCoordinates(header.Knots, header.Values), IsometryReport.Of(header.Latents, header.IsometryRows, header.Departure))
        { Bank = bank }.Validated();
    }

    private static float[] Buffer(ModelMessage message, string name)
    {
        var bytes = message.Graph.Initializer.FirstOrDefault(t => t.Name == name)?.RawData.ToByteArray()
            ?? (Entry(message, OnnxMetadata.TensorPrefix + name) is { } text ? Convert.FromBase64String(text) : null)
            ?? throw new FormatException($"The ONNX file lacks '{name}': another tool has rewritten it. Export the model again.");
        return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
    }

    private static string? Entry(ModelMessage message, string key) => message.MetadataProps.FirstOrDefault(p => p.Key == key)?.Value;

    private static FormatException Foreign(string producer) => new(
        $"This ONNX file was not exported by MLVae (producer: {(producer.Length == 0 ? "unknown" : producer)}), so that there is no model to restore from it. "
        + "Score it with ONNX Runtime.");
}
