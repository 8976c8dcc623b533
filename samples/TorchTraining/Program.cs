// The main job with the engine swapped: rows in, a VAE trained by TorchSharp, the same calibrated decisions out. Usage: TorchTraining [cpu | cuda | mps]
using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Vae;
using Microsoft.ML.Vae.Core;
using Microsoft.ML.Vae.TorchSharp;

if (!Enum.TryParse(args.FirstOrDefault("cpu"), ignoreCase: true, out TorchDevice device))
{
    Console.Error.WriteLine("Usage: TorchTraining [cpu | cuda | mps]");
    return 1;
}
DirectoryInfo folder = Directory.CreateTempSubdirectory("mlvae-torch-");
try
{
    string normalPath = Path.Combine(folder.FullName, "normal.csv"), todayPath = Path.Combine(folder.FullName, "today.csv");
    SampleData.Write(normalPath, todayPath);
    var ml = new MLContext(seed: 1);
    var normal = ml.Data.LoadFromTextFile<Reading>(normalPath, separatorChar: ',', hasHeader: true);
    var today = ml.Data.LoadFromTextFile<Reading>(todayPath, separatorChar: ',', hasHeader: true);

    Detect(ml, normal, today, "managed engine", new VaeAnomalyTrainer.Options { FalseAlarmRate = 0.01, Training = new() { Seed = 1 } });
    Detect(ml, normal, today, $"TorchSharp on {device}", new VaeAnomalyTrainer.Options
    {
        FalseAlarmRate = 0.01,
        Training = new() { Seed = 1 },
        Engine = TorchSharpEngine.On(new TorchSharpOptions { Device = device }),
    });
    return 0;
}
catch (InvalidOperationException e)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 1;
}
finally
{
    folder.Delete(recursive: true);
}

static void Detect(MLContext ml, IDataView normal, IDataView today, string engine, VaeAnomalyTrainer.Options options)
{
    var watch = Stopwatch.StartNew();
    var model = ml.Transforms.Concatenate("Features", "Speed", "Flow", "Pressure", "Current")
        .Append(ml.AnomalyDetection.Trainers.Vae(options))
        .Fit(normal);
    Console.WriteLine($"{engine}: trained and calibrated in {watch.Elapsed.TotalSeconds:F1} s");
    foreach (var v in ml.Data.CreateEnumerable<Verdict>(model.Transform(today), reuseRowObject: false))
        Console.WriteLine($"  {(v.PredictedLabel ? "ANOMALY" : "normal ")}  score {v.Score,6:F1} nats   p {v.PValue:F4}");
}

internal sealed class Reading
{
    [LoadColumn(0)] public float Speed { get; set; }
    [LoadColumn(1)] public float Flow { get; set; }
    [LoadColumn(2)] public float Pressure { get; set; }
    [LoadColumn(3)] public float Current { get; set; }
}

internal sealed class Verdict
{
    public float Score { get; set; }
    public float PValue { get; set; }
    public bool PredictedLabel { get; set; }
}
