// A database as source: trains on rows of a table, scores all of them, writes the scores back in one transaction. No step holds the table in memory.
using System.CommandLine;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.ML;
using Microsoft.ML.Vae;
using Microsoft.ML.Vae.Core;

var csv = new Option<string?>("--csv") { Description = "CSV file that fills the table, .gz too; without it the program makes its own data" };
var label = new Option<string>("--label") { DefaultValueFactory = _ => "label", Description = "column that tells anomalies from normal rows" };
var positive = new Option<string?>("--positive") { Description = "value of that column that marks an anomaly" };
var database = new Option<string?>("--database") { Description = "SQLite file to make; without it a temporary one" };
var rate = new Option<double>("--false-alarm-rate") { DefaultValueFactory = _ => 0.05, Description = "share of normal rows that may be flagged" };
var steps = new Option<int>("--steps") { DefaultValueFactory = _ => 2500, Description = "training steps" };
var memory = new Option<int>("--memory-mb") { DefaultValueFactory = _ => 16, Description = "training rows are kept in memory up to this size, and read from the database in every epoch beyond" };
var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 0, Description = "fixes split, weights and noise" };
var root = new RootCommand("Anomaly detection on the rows of a database.") { csv, label, positive, database, rate, steps, memory, seed };
root.SetAction(parsed => UserErrors.Guard(() =>
{
    var directory = Directory.CreateTempSubdirectory("mlvae-database-");
    try
    {
        string source = parsed.GetValue(csv) ?? Path.Combine(directory.FullName, "generated.csv");
        if (parsed.GetValue(csv) is null) GeneratedData.Create(normal: 6000, anomalies: 150, RandomStream.FromSeed(parsed.GetValue(seed))).Save(source);
        var file = TextTable.Read(new DataSource(source, parsed.GetValue(label)!, parsed.GetValue(positive)));
        int others = file.Features.Count() - ReadingsTable.NumericColumns(file).Length;
        if (others > 0) Console.WriteLine($"note: {others} columns are not numbers and are left out");
        var table = ReadingsTable.Create(parsed.GetValue(database) ?? Path.Combine(directory.FullName, "readings.db"), file, parsed.GetValue(seed));
        Detect(table, new VaeAnomalyTrainer.Options
        {
            FalseAlarmRate = parsed.GetValue(rate),
            MemoryBudget = (long)parsed.GetValue(memory) << 20,
            Training = new TrainingOptions { Seed = parsed.GetValue(seed), Steps = parsed.GetValue(steps) },
        });
        return 0;
    }
    finally
    {
        SqliteConnection.ClearAllPools();
        directory.Delete(recursive: true);
    }
}));
return root.Parse(args).Invoke();

static void Detect(ReadingsTable table, VaeAnomalyTrainer.Options options)
{
    var watch = Stopwatch.StartNew();
    var ml = new MLContext(seed: 0);
    ml.Log += (_, e) => { if (e.RawMessage.StartsWith("Read ", StringComparison.Ordinal)) Console.WriteLine(e.RawMessage); };
    var model = ml.AnomalyDetection.Trainers.Vae(options).Fit(table.Query("is_training = 1").Load(ml));
    using var connection = table.Open();
    long written = ScoreWriter.Write(connection, model.Transform(table.Query().Load(ml)));
    Console.WriteLine($"{written} scores written in one transaction");
    var judged = Judged(connection);
    Console.WriteLine("    id │ label │   score │ p-value   most anomalous rows that were not trained on");
    foreach (var r in judged.OrderByDescending(r => r.Score).Take(8)) Console.WriteLine($"{r.Id,6} │ {(r.IsAnomaly ? 1 : 0),5} │ {r.Score,7:F1} │ {r.PValue:F4}");
    var m = DetectionMetrics.Compute([.. judged.Select(r => r.Score)], [.. judged.Select(r => r.IsAnomaly)], [.. judged.Select(r => r.IsFlagged)]);
    Console.WriteLine($"RESULT rows={written} auroc={m.AreaUnderRocCurve:F4} ap={m.AveragePrecision:F4} false_alarm_rate={m.FalseAlarmRate:F4} seconds={watch.Elapsed.TotalSeconds:F1}");
}

static List<(long Id, bool IsAnomaly, float Score, float PValue, bool IsFlagged)> Judged(SqliteConnection connection)
{
    using var command = connection.CreateCommand();
    command.CommandText = "SELECT id, label, score, p_value, is_anomaly FROM readings WHERE is_training = 0 AND score IS NOT NULL";
    using var reader = command.ExecuteReader();
    var rows = new List<(long, bool, float, float, bool)>();
    while (reader.Read()) rows.Add((reader.GetInt64(0), reader.GetBoolean(1), reader.GetFloat(2), reader.GetFloat(3), reader.GetBoolean(4)));
    return rows;
}
