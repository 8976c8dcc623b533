// Train in ML.NET, leave as one ONNX file that decides. Usage: dotnet run [-- folder for detector.onnx and readings.csv]
using Microsoft.ML;
using Microsoft.ML.Vae;
using Microsoft.ML.Vae.Core;
using OnnxExport;

string folder = Directory.CreateDirectory(args.Length > 0 ? args[0] : "out").FullName;
var ml = new MLContext(seed: 1);

// 1. Normal readings only: what a fault looks like is not known.
var normal = ml.Data.LoadFromEnumerable(Pump.Normal(5000, seed: 1));
var features = ml.Transforms.Concatenate("Features", Pump.Columns);
var trainer = ml.AnomalyDetection.Trainers.Vae(new VaeAnomalyTrainer.Options
{
    FalseAlarmRate = 0.01,
    HiddenWidths = [32, 32],
    Training = new() { Steps = 1500 },
});
VaeAnomalyTransformer detector = trainer.Fit(features.Fit(normal).Transform(normal));

// 2. One file: scaling, network, calibration table and threshold. The reconstruction tells what the model expected to see.
string path = Path.Combine(folder, "detector.onnx");
var options = new OnnxExportOptions();
OnnxExporter.Export(detector.Model, path, options with { Outputs = options.Outputs | OnnxOutputs.Reconstruction });
Console.WriteLine($"{path}: {new FileInfo(path).Length / 1024} KiB. {detector.Model.Isometry.Verdict}");

// 3. It comes back as the model it was.
var restored = OnnxImporter.Import(path).Model;
Console.WriteLine($"Restored: threshold {restored.Threshold:F2} nats, {restored.Calibration.Scores.Count} calibration rows.");

// 4. Readings to score anywhere, faults among them, with what the managed scorer says.
var readings = Pump.Mixed(300, faults: 12, seed: 2);
string csv = Path.Combine(folder, "readings.csv");
int found = ReadingsFile.Write(csv, readings, restored);
Console.WriteLine($"{csv}: {readings.Count} readings, {found} of 12 faults flagged.");
Console.WriteLine(Recipes.Text);
