namespace Microsoft.ML.Vae.Core;

/// <summary>A model as a file: versioned, checksummed, no code inside, written whole or not at all.</summary>
public static class VaeModelFile
{
    private const string Kind = "model";

    /// <summary>Writes a model; an existing file stays as it was if anything fails.</summary>
    /// <exception cref="IOException">The file could not be written.</exception>
    public static void Save(VaeModel model, string path) => AtomicFile.Write(path, stream => Save(model, stream));

    /// <summary>Writes a model to a stream.</summary>
    public static void Save(VaeModel model, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        var header = new Header(ArchitectureHeader.Of(model.Architecture), model.KlWeight, [.. model.FeatureNames]);
        float[][] buffers = [model.Parameters.Values.ToArray(), model.Scaling.Offsets.ToArray(), model.Scaling.Factors.ToArray()];
        new SectionFile(Kind, HeaderJson.Write(header), buffers).Write(stream);
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="FormatException">Not a model file, damaged, or of a newer version.</exception>
    public static VaeModel Load(string path) => SectionFile.Read(path, Kind, Build);

    /// <summary>Reads a model from a stream, to its end.</summary>
    /// <exception cref="FormatException">Not a model file, damaged, or of a newer version.</exception>
    public static VaeModel Load(Stream stream) => SectionFile.Read(stream, Kind, Build);

    private static VaeModel Build(SectionFile file)
    {
        var header = HeaderJson.Read<Header>(file.Header);
        var architecture = header.Architecture.ToArchitecture();
        return new VaeModel(
            architecture, new VaeParameters(new ParameterLayout(architecture), file.Buffers[0]), header.KlWeight,
            new FeatureScaling(file.Buffers[1], file.Buffers[2]), header.FeatureNames);
    }

    private sealed record Header(ArchitectureHeader Architecture, double KlWeight, string[] FeatureNames);
}
