using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Vae;
using Microsoft.ML.Vae.Core;

/// <summary>A small model of made-up pump readings (speed, flow, pressure, current), and the scores that it must give.</summary>
internal sealed class PumpModel
{
    private const int TrainingRows = 1000, ProbeRows = 64;

    public PumpModel(int seed)
    {
        var ml = new MLContext(seed);
        var data = ml.Data.LoadFromEnumerable(Readings(TrainingRows, seed).Select(r => new PumpReading { Features = r }));
        var model = ml.AnomalyDetection.Trainers.Vae(new VaeAnomalyTrainer.Options
        {
            FalseAlarmRate = 0.01,
            LatentDimension = 2,
            HiddenWidths = [32],
            Training = new() { Steps = 300, LearningRate = 1e-2, Seed = seed },
        }).Fit(data);
        using var stream = new MemoryStream();
        ml.Model.Save(model, data.Schema, stream);
        File = stream.ToArray();
        Scores = [.. model.Transform(ml.Data.LoadFromEnumerable(Probes.Select(r => new PumpReading { Features = r }))).GetColumn<float>("Score")];
    }

    /// <summary>Rows that tell models apart.</summary>
    public static float[][] Probes { get; } = Readings(ProbeRows, seed: 0);

    /// <summary>The model as a file.</summary>
    public byte[] File { get; }

    /// <summary>Its score of each probe.</summary>
    public float[] Scores { get; }

    /// <summary>Writes a model for whoever brings none, and says where.</summary>
    public static string SaveBesideTemporaryFiles()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("mlvae-webapi-").FullName, "model.zip");
        System.IO.File.WriteAllBytes(path, new PumpModel(seed: 1).File);
        Console.WriteLine($"No --model given: serving a model of a pump's readings from {path}");
        return path;
    }

    private static float[][] Readings(int count, int seed)
    {
        var random = RandomStream.FromSeed(seed);
        return [.. Enumerable.Range(0, count).Select(i => Reading(random.Split((ulong)i)))];
    }

    private static float[] Reading(RandomStream random)
    {
        var noise = new float[3];
        random.Normals(noise);
        float speed = 1200f + (1800f * (float)random.Split(1).Uniform(0)), flow = (0.11f * speed) + (2f * noise[0]);
        return [speed, flow, 1.2f + (5e-7f * speed * speed) + (0.05f * noise[1]), 3f + (2.2e-9f * speed * speed * flow) + (0.1f * noise[2])];
    }

    private sealed class PumpReading
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [];
    }
}
