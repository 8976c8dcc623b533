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
        using var vae = new MemoryStream();
        VaeModelFile.Save(model.Vae, vae);
        var header = new Header(
            Convert.ToBase64String(vae.ToArray()), model.Estimator.Draws, model.Threshold, [.. model.Importance.InverseVariance], [.. model.Isometry.Latents], model.Isometry.Rows);
        float[][] buffers = [[.. model.Calibration.Scores], .. model.Coordinates.Knots, .. model.Coordinates.Values];
        new SectionFile(Kind, HeaderJson.Write(header), buffers).Write(stream);
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="FormatException">Not a detector file, damaged, or of a newer version.</exception>
    public static AnomalyModel Load(string path) => SectionFile.Read(path, Kind, Build);

    /// <summary>Reads a model from a stream, to its end.</summary>
    /// <exception cref="FormatException">Not a detector file, damaged, or of a newer version.</exception>
    public static AnomalyModel Load(Stream stream) => SectionFile.Read(stream, Kind, Build);

    private static AnomalyModel Build(SectionFile file)
    {
        var h = HeaderJson.Read<Header>(file.Header);
        var vae = VaeModelFile.Load(new MemoryStream(Convert.FromBase64String(h.Vae)));
        int n = vae.LatentDimension;
        if (file.Buffers.Count != (2 * n) + 1) throw new FormatException($"Expected {(2 * n) + 1} buffers in the detector file, got {file.Buffers.Count}.");
        return new AnomalyModel(
            vae, new LossEstimator(h.Draws), new ConformalCalibration(file.Buffers[0]), h.Threshold, new LatentImportance(h.InverseVariance, vae.KlWeight),
            new IsometricCoordinates([.. file.Buffers.Skip(1).Take(n)], [.. file.Buffers.Skip(1 + n)]), new IsometryReport(h.Latents, h.IsometryRows));
    }

    private sealed record Header(string Vae, int Draws, float Threshold, double[] InverseVariance, LatentIsometry[] Latents, int IsometryRows);
}
