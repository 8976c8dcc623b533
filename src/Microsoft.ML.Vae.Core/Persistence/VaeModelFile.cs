using System.Text.Json.Nodes;

namespace Microsoft.ML.Vae.Core;

/// <summary>A model as a file: versioned, checksummed, no code inside, written whole or not at all.</summary>
public static class VaeModelFile
{
    private const string Kind = "model";

    /// <summary>Writes a model; an existing file stays as it was if anything fails.</summary>
    /// <exception cref="IOException">The file could not be written.</exception>
    /// <exception cref="NotSupportedException">A part is not registered in <see cref="ModelParts"/>; it is named.</exception>
    public static void Save(VaeModel model, string path) => AtomicFile.Write(path, stream => Save(model, stream));

    /// <summary>Writes a model to a stream.</summary>
    public static void Save(VaeModel model, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        new SectionFile(Kind, VaeSection.Header(model).ToJsonString(), VaeSection.Buffers(model)).Write(stream);
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="FormatException">Not a model file, damaged, or of a newer version.</exception>
    public static VaeModel Load(string path) => FileContent.Load(path, Load);

    /// <summary>Reads a model from a stream, to its end.</summary>
    /// <exception cref="FormatException">Not a model file, damaged, or of a newer version.</exception>
    public static VaeModel Load(Stream stream) => SectionFile.Read(stream, Kind, Build);

    private static VaeModel Build(SectionFile file) => VaeSection.Read(HeaderJson.Read<JsonObject>(file.Header), file.Buffers);
}
