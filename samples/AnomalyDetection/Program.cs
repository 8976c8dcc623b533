// The main job in one file to copy: train on normal rows, judge others, say why, save, load.
//   dotnet run -c Release -- [--csv TABLE.csv [--label COLUMN] [--positive VALUE]] [--out FOLDER]
// The label tells anomalies, by default a column "label", 1 for one; without a file the program makes rows itself. Text, dates and gaps are welcome. For more, there is the tool mlvae.
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Vae;
using Microsoft.ML.Vae.Core;

const int Seed = 0, Top = 5;
const double FalseAlarmRate = 0.05;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
// Each argument is a name and its value; a misspelt one must not train on another table than was meant.
string[] names = [.. args.Where((_, i) => i % 2 == 0)];
string? Option(string name) => Array.IndexOf(names, name) is >= 0 and var at ? args[(2 * at) + 1] : null;
if (args.Length % 2 != 0 || names.Except(["--csv", "--label", "--positive", "--out"]).Any() || (Option("--csv") is null && (Option("--label") ?? Option("--positive")) is not null))
{
    Console.Error.WriteLine("usage: AnomalyDetection [--csv TABLE.csv [--label COLUMN] [--positive VALUE]] [--out FOLDER]");
    return 1;
}
try
{
    return Detect(Option("--csv") is { } path ? TextTable.Read(new DataSource(path, Option("--label"), Option("--positive"))) : MadeUp(), Option("--out") ?? "out");
}
catch (Exception e) when (e is TableException or IOException or InvalidOperationException)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 1;
}

static int Detect(TextTable table, string folder)
{
    var watch = Stopwatch.StartNew();
    // Half of the normal rows trains, all others are judged: a detector remembers rows, so that those it was trained on look too normal.
    int[] order = RandomStream.FromSeed(Seed).Permutation(table.RowCount);
    int[] normal = [.. order.Where(r => !IsAnomaly(table, r))], train = [.. normal.Take(normal.Length / 2).Order()], test = [.. order.Except(train).Order()];
    var plan = TablePlan.Of(table, train);
    Console.WriteLine($"{table.RowCount} rows, {plan.Columns.Count} columns, {plan.FeatureCount} features; training on {train.Length} normal rows, judging {test.Length}");

    var ml = new MLContext(Seed);
    IDataView normalRows = ml.Data.LoadFromTable(table, plan, train), others = ml.Data.LoadFromTable(table, plan, test);
    var model = ml.AnomalyDetection.Trainers.Vae(falseAlarmRate: FalseAlarmRate, seed: Seed).Fit(normalRows);

    // Saved whole or not at all, and loaded as another program would; the plan tells that program how tables are read.
    Directory.CreateDirectory(folder);
    ml.Model.SaveAtomically(model, normalRows.Schema, Path.Combine(folder, "model.zip"));
    TablePlanFile.Save(plan, Path.Combine(folder, "table.json"));
    ITransformer loaded = ml.Model.LoadChecked(Path.Combine(folder, "model.zip"), out _);

    Verdict[] verdicts = [.. ml.Data.CreateEnumerable<Verdict>(loaded.Transform(others), reuseRowObject: false)];
    var explainer = new Explainer(model.Model);
    Console.WriteLine($"threshold {model.Threshold:F2} nats; {model.Model.Isometry.Verdict}");
    foreach (var (v, row) in verdicts.Zip(test).OrderByDescending(p => p.First.Score).Take(Top))
        Console.WriteLine($"row {row,5}  score {v.Score,7:F1}  p {v.PValue:F4}  {(IsAnomaly(table, row) ? "anomaly" : "normal ")}  {string.Join("; ", explainer.Explain(v.Features))}");

    bool[] labels = [.. test.Select(r => IsAnomaly(table, r))], decisions = [.. verdicts.Select(v => v.PredictedLabel)];
    float[] scores = [.. verdicts.Select(v => v.Score)];
    double seconds = watch.Elapsed.TotalSeconds;
    if (!labels.Contains(true))
    {
        Console.WriteLine($"RESULT rows={test.Length} flagged={decisions.Count(d => d)} seconds={seconds:F1}");
        return 0;
    }
    var m = DetectionMetrics.Compute(scores, labels, decisions);
    Console.WriteLine($"RESULT auroc={m.AreaUnderRocCurve:F4} ap={m.AveragePrecision:F4} f1_at_count={m.F1AtCount:F4} false_alarm_rate={m.FalseAlarmRate:F4} seconds={seconds:F1}");
    return 0;
}

// A made-up table tells its anomalies by a sensor that left its place.
static bool IsAnomaly(TextTable table, int row) => table.LabelIndex >= 0 ? table.IsAnomaly[row] : table.Path == "the table" && row % 50 == 49;

// Six sensors that two hidden causes drive; in every fiftieth row one of them is stuck elsewhere.
static TextTable MadeUp()
{
    const int Rows = 4000, Sensors = 6;
    List<string>[] columns = [.. Enumerable.Range(0, Sensors).Select(_ => new List<string>())];
    for (int r = 0; r < Rows; r++)
    {
        var (random, noise) = (RandomStream.FromSeed(Seed).Split((ulong)r), new float[Sensors]);
        random.Normals(noise);
        double load = random.Uniform(0), heat = random.Uniform(1);
        for (int i = 0; i < Sensors; i++)
        {
            double value = Math.Sin((1 + (0.3 * i)) * load) + (0.5 * Math.Cos(i) * heat) + (0.03 * noise[i]);
            if (r % 50 == 49 && i == r / 50 % Sensors) value += 0.6;
            columns[i].Add(value.ToString("R", CultureInfo.InvariantCulture));
        }
    }
    return TextTable.Of([.. Enumerable.Range(0, Sensors).Select(i => $"sensor{i}")], columns);
}

/// <summary>What the model says of a row; only the columns named here are computed.</summary>
internal sealed class Verdict
{
    public float Score { get; set; }

    public float PValue { get; set; }

    public bool PredictedLabel { get; set; }

    public float[] Features { get; set; } = [];
}
