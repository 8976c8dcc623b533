using System.Text.Json.Nodes;
using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Core;

/// <summary>A Riemannian VAE as a file.</summary>
public static class RiemannianVaeFile
{
    private const string Kind = "riemannian";

    /// <summary>Writes a model; an existing file stays as it was if anything fails.</summary>
    /// <exception cref="IOException">The file could not be written.</exception>
    public static void Save(RiemannianVae model, string path) => AtomicFile.Write(path, stream => Save(model, stream));

    /// <summary>Writes a model to a stream.</summary>
    public static void Save(RiemannianVae model, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        var scale = model.Deviation;
        var header = new Header(VaeSection.Header(model.Vae), model.PriorMean.ToArray(), model.PriorTime, model.Options);
        new SectionFile(Kind, HeaderJson.Write(header), [.. VaeSection.Buffers(model.Vae), Singles(scale.Centres), Singles(scale.Decay), Singles(scale.Weights), Singles(scale.Floor)]).Write(stream);
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="FormatException">Not such a file, damaged, or of a newer version.</exception>
    public static RiemannianVae Load(string path) => FileContent.Load(path, Load);

    /// <summary>Reads a model from a stream, to its end.</summary>
    /// <exception cref="FormatException">Not such a file, damaged, or of a newer version.</exception>
    public static RiemannianVae Load(Stream stream) => SectionFile.Read(stream, Kind, Build);

    private static RiemannianVae Build(SectionFile file)
    {
        const int Own = 4;
        if (file.Buffers.Count != VaeSection.BufferCount + Own) throw new FormatException($"Expected {VaeSection.BufferCount + Own} buffers, got {file.Buffers.Count}.");
        var header = HeaderJson.Read<Header>(file.Header);
        var vae = VaeSection.Read(header.Vae.AsObject(), [.. file.Buffers.Take(VaeSection.BufferCount)]);
        double[][] own = [.. file.Buffers.Skip(VaeSection.BufferCount).Select(b => Array.ConvertAll(b, v => (double)v))];
        return new RiemannianVae(vae, new RbfScale(own[0], own[1], own[2], own[3]), header.PriorMean, header.PriorTime, header.Options);
    }

    private static float[] Singles(ReadOnlySpan<double> values) => Array.ConvertAll(values.ToArray(), v => (float)v);

    private sealed record Header(JsonNode Vae, double[] PriorMean, double PriorTime, RiemannianOptions Options);
}
