using System.Text.Json.Nodes;

namespace Microsoft.ML.Vae.Core;

/// <summary>A deciding model as a file: the VAE's own file inside, calibration and latent facts beside it.</summary>
public static class AnomalyModelFile
{
    private const string Kind = "detector";

    /// <summary>Writes a model; an existing file stays as it was if anything fails.</summary>
    /// <exception cref="IOException">The file could not be written.</exception>
    public static void Save(AnomalyModel model, string path) => AtomicFile.Write(path, stream => Save(model, stream));

    /// <summary>Writes a model to a stream.</summary>
    public static void Save(AnomalyModel model, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        var vae = model.Vae;
        var header = new Header(
            VaeSection.Header(vae), model.Estimator.Draws, model.Threshold, [.. model.Importance.InverseVariance], [.. model.Isometry.Latents], model.Isometry.Rows, [.. model.Importance.PriorVariance],
            model.Isometry.Departure(), model.Bank?.Count, model.Bank?.Categories is null ? null : ReferenceBank.MixedBufferCount, model.Estimator.IsBalanced);
        float[][] buffers = [.. VaeSection.Buffers(vae), [.. model.Calibration.Scores], .. model.Coordinates.Knots, .. model.Coordinates.Values, .. model.Bank?.Buffers ?? []];
        new SectionFile(Kind, HeaderJson.Write(header), buffers).Write(stream);
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="FormatException">Not a detector file, damaged, or of a newer version.</exception>
    public static AnomalyModel Load(string path) => FileContent.Load(path, Load);

    /// <summary>Reads a model from a stream, to its end.</summary>
    /// <exception cref="FormatException">Not a detector file, damaged, or of a newer version.</exception>
    public static AnomalyModel Load(Stream stream) => SectionFile.Read(stream, Kind, Build);

    private static AnomalyModel Build(SectionFile file)
    {
        var h = HeaderJson.Read<Header>(file.Header);
        var (vae, buffers) = ReadVae(h.Vae, file.Buffers);
        int n = vae.LatentDimension;
        int shared = (2 * n) + 1, expected = shared + (h.ReferenceRows is null ? 0 : h.ReferenceBuffers ?? ReferenceBank.BufferCount);
        if (buffers.Length != expected) throw new FormatException($"Expected {expected} buffers beside the VAE's in the detector file, got {buffers.Length}.");
        var bank = h.ReferenceRows is null ? null : new ReferenceBank(vae.FeatureCount, n, buffers[shared..]);
        if (bank?.Count != h.ReferenceRows) throw new FormatException($"The detector file names {h.ReferenceRows} known rows, its bank holds {bank?.Count}.");
        var importance = new LatentImportance(h.InverseVariance, vae.KlWeight, h.PriorVariance);
        return new AnomalyModel(
            vae.WithActiveLatents(importance.Active), LossEstimator.Of(h.Draws, h.IsBalanced), new ConformalCalibration(buffers[0]), h.Threshold, importance,
            new IsometricCoordinates(buffers[1..(n + 1)], buffers[(n + 1)..shared]), IsometryReport.Of(h.Latents, h.IsometryRows, h.Departure))
        { Bank = bank }.Validated();
    }

    // Version 1 held the VAE's own file, base64 in its header.
    private static (VaeModel Vae, float[][] Buffers) ReadVae(JsonNode vae, IReadOnlyList<float[]> buffers) => vae is JsonValue text
        ? (VaeModelFile.Load(new MemoryStream(Convert.FromBase64String(text.GetValue<string>()))), [.. buffers])
        : (VaeSection.Read(vae.AsObject(), [.. buffers.Take(VaeSection.BufferCount)]), [.. buffers.Skip(VaeSection.BufferCount)]);

    private sealed record Header(
        JsonNode Vae, int Draws, float Threshold, double[] InverseVariance, LatentIsometry[] Latents, int IsometryRows, double[]? PriorVariance = null,
        double[]? Departure = null, int? ReferenceRows = null, int? ReferenceBuffers = null, bool IsBalanced = false);
}
