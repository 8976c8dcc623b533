using System.Reflection;
using Google.Protobuf;
using Microsoft.ML.Vae.Core.OnnxMessages;

namespace Microsoft.ML.Vae.Core;

/// <summary>Writes a deciding model as one ONNX file that any ONNX Runtime scores, threshold and calibration inside.</summary>
/// <remarks>Inputs: <c>features</c> [N, m], and <c>false_alarm_rate</c> [1] (double) if asked for. NaN is a missing value where the model accepts such; a row that holds infinity, nothing else than NaN, or NaN that the model does not accept yields NaN and no alarm. Equal models give equal bytes.</remarks>
public static class OnnxExporter
{
    /// <summary>The operator set in use, the newest that runtimes since 2022 read.</summary>
    public const int OperatorSet = 17;

    // The file format that came with operator set 17.
    private const int FormatVersion = 8;

    /// <summary>Writes a file whole or not at all.</summary>
    /// <exception cref="ArgumentException">No output is asked for, or one that there is not.</exception>
    /// <exception cref="NotSupportedException">A part of the model has no ONNX form; it is named, and nothing is written.</exception>
    /// <exception cref="IOException">The file could not be written; an old one is as it was.</exception>
    public static void Export(AnomalyModel model, string path, OnnxExportOptions? options = null)
    {
        var message = Build(model, options ?? new OnnxExportOptions());
        AtomicFile.Write(path, message.WriteTo);
    }

    /// <summary>Writes to a stream.</summary>
    /// <exception cref="ArgumentException">No output is asked for, or one that there is not.</exception>
    /// <exception cref="NotSupportedException">A part of the model has no ONNX form; it is named, and nothing is written.</exception>
    public static void Export(AnomalyModel model, Stream stream, OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Build(model, options ?? new OnnxExportOptions()).WriteTo(stream);
    }

    private static ModelMessage Build(AnomalyModel model, OnnxExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("ONNX export: tensors are little-endian, this machine is not.");
        var message = new ModelMessage
        {
            IrVersion = FormatVersion,
            ProducerName = "MLVae",
            ProducerVersion = typeof(OnnxExporter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "",
            DocString = "Variational autoencoder: anomaly score, density, p-value, decision and its reasons.",
            Graph = OnnxGraphBuilder.Build(model, options),
            OpsetImport = { new OperatorSetMessage { Version = OperatorSet } },
        };
        OnnxMetadata.Write(message, model, options);
        return message;
    }
}
