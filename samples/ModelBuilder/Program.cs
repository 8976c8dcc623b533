// Model Builder's four steps on the Thyroid data: train, save, consume, evaluate.
// Writes out/Thyroid.mlnet and the two halves of the data beside it.
//   --data FILE   thyroid.csv (.gz too) with the columns f0 … f5, label; without it, made-up rows of that shape
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using ModelBuilder;

if (args is not ([] or ["--data", _]))
{
    Console.Error.WriteLine("usage: ModelBuilder [--data thyroid.csv]");
    return 2;
}
try
{
    return Run(args is ["--data", var path] ? Path.GetFullPath(path) : null);
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException or FormatException)
{
    // What the user can mend is one line, not a stack trace.
    Console.Error.WriteLine($"error: {e.Message.ReplaceLineEndings(" ")}");
    return 1;
}

static int Run(string? data)
{
    var watch = Stopwatch.StartNew();
    // Generated code names its files relative to where it runs.
    Environment.CurrentDirectory = Directory.CreateDirectory("out").FullName;
    var (train, test) = data is null ? ThyroidData.Generate() : ThyroidData.Split(data);

    Thyroid.Train("Thyroid.mlnet", train);
    Console.WriteLine($"trained on the normal rows of {train}, saved as out/Thyroid.mlnet ({new FileInfo("Thyroid.mlnet").Length / 1024} KiB)");

    var ml = new MLContext();
    var rows = Thyroid.LoadIDataViewFromFile(ml, test);
    foreach (var row in ml.Data.CreateEnumerable<Thyroid.ModelInput>(rows, reuseRowObject: false).GroupBy(r => r.Label).SelectMany(g => g.Take(2)))
    {
        var verdict = Thyroid.Predict(row);
        Console.WriteLine($"{(row.Label > 0 ? "anomaly" : "normal ")}: score {verdict.Score,7:F2} nats, p-value {verdict.PValue:F4}, {(verdict.PredictedLabel ? "flagged" : "passed")}");
    }

    var model = ml.Model.Load("Thyroid.mlnet", out _);
    foreach (var (feature, nats) in Thyroid.CalculateFeatureImportance(ml, rows, model)) Console.WriteLine($"  {feature}: {nats:F2} nats of an anomaly's score");
    var m = Thyroid.Evaluate(ml, rows, model);
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"RESULT auroc={m.AreaUnderRocCurve:F4} ap={m.AveragePrecision:F4} f1_at_count={m.F1AtCount:F4} false_alarm_rate={m.FalseAlarmRate:F4} seconds={watch.Elapsed.TotalSeconds:F1}"));
    return 0;
}
