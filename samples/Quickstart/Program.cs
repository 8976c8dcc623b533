// Every C# snippet of the README, compiled and run in its order; a test keeps both equal.
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Vae;
using Microsoft.ML.Vae.Core;
using Microsoft.ML.Vae.Geometry;

string home = Environment.CurrentDirectory;
DirectoryInfo folder = Directory.CreateTempSubdirectory("mlvae-quickstart-");
Environment.CurrentDirectory = folder.FullName;
SampleData.Write("normal.csv", "today.csv");
SampleData.WriteOrders("orders.csv");

var ml = new MLContext(seed: 1);
var normal = ml.Data.LoadFromTextFile<Reading>("normal.csv", separatorChar: ',', hasHeader: true);
var today = ml.Data.LoadFromTextFile<Reading>("today.csv", separatorChar: ',', hasHeader: true);

var model = ml.Transforms.Concatenate("Features", "Speed", "Flow", "Pressure", "Current")
    .Append(ml.AnomalyDetection.Trainers.Vae(falseAlarmRate: 0.01, seed: 1))
    .Fit(normal);

foreach (var v in ml.Data.CreateEnumerable<Verdict>(model.Transform(today), reuseRowObject: false))
    Console.WriteLine($"{(v.PredictedLabel ? "ANOMALY" : "normal ")}  score {v.Score,6:F1} nats   p {v.PValue:F4}");

Console.WriteLine("-- reasons");
string[] names = [.. model.LastTransformer.Model.Vae.FeatureNames];
foreach (var v in ml.Data.CreateEnumerable<Verdict>(model.Transform(today), reuseRowObject: false).Where(v => v.PredictedLabel))
    Console.WriteLine($"{v.Score:F1} = " + string.Join(" + ", names.Zip(v.Contributions, (name, nats) => $"{name} {nats:F1}")) + $" + latents {v.LatentContributions.Sum():F1}");

Console.WriteLine("-- another rate");
ITransformer strict = model.WithFalseAlarmRate(0.005);

Report(strict);

Console.WriteLine("-- saved and loaded");
ml.Model.SaveAtomically(model, normal.Schema, "detector.zip");
ITransformer loaded = ml.Model.LoadChecked("detector.zip", out DataViewSchema schema);
var engine = ml.Model.CreatePredictionEngine<Reading, Verdict>(loaded);
Verdict one = engine.Predict(new Reading { Speed = 2000, Flow = 150, Pressure = 3.2f, Current = 4.9f });

Console.WriteLine($"score {one.Score:F1}, flagged: {one.PredictedLabel}");

Console.WriteLine("-- what the model learned");
AnomalyModel learned = model.LastTransformer.Model;
Console.WriteLine(learned.Isometry.Verdict);
Console.WriteLine(string.Join(", ", learned.Importance.SlotNames(learned.Importance.ActiveCount)));

Console.WriteLine("-- ONNX");
OnnxExporter.Export(model.LastTransformer.Model, "detector.onnx");
AnomalyModel again = OnnxImporter.Import("detector.onnx").Model;

Console.WriteLine($"{new FileInfo("detector.onnx").Length / 1024} KiB, threshold {again.Threshold:F2} nats");

Console.WriteLine("-- streaming");
using (var rows = new CachedRows(new CsvRows("normal.csv")))
{
    var fit = VaeFit.Run(rows, new VaeFitOptions { LatentDimension = 2 });
    var streamed = AnomalyModel.Calibrate(fit, LossEstimator.Default, falseAlarmRate: 0.01);
    AnomalyModelFile.Save(streamed, "detector.vae");
}

Console.WriteLine($"{AnomalyModelFile.Load("detector.vae").Calibration.Scores.Count} held-out rows");

Console.WriteLine("-- geometry");
VaeModel vae = AnomalyModelFile.Load("detector.vae").Vae;
var solver = new GeodesicSolver(new PullbackMetric(vae.CreateDecoderImmersion()));
Geodesic path = solver.Connect([-1.5, 1], [1, -1.5]);
Console.WriteLine($"length {path.Length:F2}, straight line {path.StraightLength:F2}. {path.Reason}");

Console.WriteLine("-- categories, counts, gaps");
var orders = ml.Data.LoadFromTextFile<Order>("orders.csv", separatorChar: ',', hasHeader: true);
var shop = ml.Transforms.Categorical.OneHotEncoding("Country").Append(ml.Transforms.Categorical.OneHotEncoding("Currency"))
    .Append(ml.Transforms.Concatenate("Features", "Country", "Currency", "Items", "Amount", "Express"))
    .Append(ml.AnomalyDetection.Trainers.Vae(new VaeAnomalyTrainer.Options { Contamination = 0.01, Training = new() { Seed = 1 } }))
    .Fit(orders);

var explainer = new Explainer(shop.LastTransformer.Model);
foreach (var o in ml.Data.CreateEnumerable<JudgedOrder>(shop.Transform(orders), reuseRowObject: false).OrderByDescending(o => o.Score).Take(3))
    Console.WriteLine($"{o.Score:F1} nats: {string.Join("; ", explainer.Explain(o.Features, 2))}");

Environment.CurrentDirectory = home;
folder.Delete(recursive: true);

void Report(ITransformer detector) =>
    Console.WriteLine($"{ml.Data.CreateEnumerable<Verdict>(detector.Transform(today), reuseRowObject: false).Count(v => v.PredictedLabel)} of 6 flagged");

public sealed class Reading
{
    [LoadColumn(0)] public float Speed { get; set; }
    [LoadColumn(1)] public float Flow { get; set; }
    [LoadColumn(2)] public float Pressure { get; set; }
    [LoadColumn(3)] public float Current { get; set; }
}

public sealed class Verdict
{
    public float Score { get; set; }
    public float PValue { get; set; }
    public bool PredictedLabel { get; set; }
    public float[] Contributions { get; set; } = [];
    public float[] LatentContributions { get; set; } = [];
}

public sealed class Order
{
    [LoadColumn(0)] public string Country { get; set; } = "";
    [LoadColumn(1)] public string Currency { get; set; } = "";
    [LoadColumn(2)] public float Items { get; set; }
    [LoadColumn(3)] public float Amount { get; set; }
    [LoadColumn(4)] public float Express { get; set; }
}

public sealed class JudgedOrder
{
    public float Score { get; set; }
    public float[] Features { get; set; } = [];
}
