using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>One whole job in a process of its own: a CSV read, a detector trained on half of its normal rows, calibrated, the other half scored, the model saved.</summary>
internal static class JobRun
{
    /// <summary>Runs it, and prints seconds since the process began, processor seconds, AUROC, average precision, steps.</summary>
    public static int Run(JobSource source)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var table = TextTable.Read(new DataSource(source.File, null, source.Positive, source.Columns));
        var random = RandomStream.FromSeed(1);
        var (known, normal) = Halves.Of(table.IsAnomaly, false, random.Split(0));
        var (_, anomalous) = Halves.Of(table.IsAnomaly, true, random.Split(1));
        int[] train = [.. known.Order()];
        int[] test = [.. normal.Concat(anomalous).Order()];
        var plan = TablePlan.Of(table, train);
        var (ml, steps) = (new MLContext(1), new LastStep());
        var model = ml.AnomalyDetection.Trainers.Vae(new VaeAnomalyTrainer.Options { FalseAlarmRate = 0.05, Training = new() { Seed = 1 }, Progress = steps })
            .Fit(ml.Data.LoadFromTable(table, plan, train));
        var scores = Scores(model.Transform(ml.Data.LoadFromTable(table, plan, test)));
        var metrics = DetectionMetrics.Compute(scores.Scores, [.. test.Select(r => table.IsAnomaly[r])], scores.Flags);
        using (var file = new TemporaryFile())
            ml.Model.Save(model, null, file.Path);
        using var self = Process.GetCurrentProcess();
        Console.WriteLine($"{(DateTime.Now - self.StartTime).TotalSeconds:F2} {Environment.CpuUsage.TotalTime.TotalSeconds:F2} {metrics.AreaUnderRocCurve:F4} {metrics.AveragePrecision:F4} {steps.Value}");
        return 0;
    }

    private static (List<float> Scores, List<bool> Flags) Scores(IDataView view)
    {
        var (scores, flags) = (new List<float>(), new List<bool>());
        using var cursor = view.GetRowCursor([view.Schema["Score"], view.Schema["PredictedLabel"]]);
        var (score, flag) = (cursor.GetGetter<float>(view.Schema["Score"]), cursor.GetGetter<bool>(view.Schema["PredictedLabel"]));
        var (s, f) = (0f, false);
        while (cursor.MoveNext())
        {
            score(ref s);
            flag(ref f);
            scores.Add(s);
            flags.Add(f);
        }
        return (scores, flags);
    }

    private sealed class LastStep : IProgress<TrainingProgress>
    {
        public long Value { get; private set; }

        public void Report(TrainingProgress value) => Value = value.Step;
    }

    private sealed class TemporaryFile : IDisposable
    {
        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
