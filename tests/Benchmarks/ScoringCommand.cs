using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Benchmarks;

/// <summary>What a score costs on one thread: microseconds for a row that comes alone, thousand rows a second in batches; medians of processor time, the tasks interleaved.
/// And through ML.NET: a prediction engine, and a view read by one cursor, which scores on all processors.</summary>
internal static class ScoringCommand
{
    private const int BatchRows = 1024, Rounds = 5;
    private const double Seconds = 0.3;

    private static readonly (string Name, VaeOutputs Outputs, LossEstimator Estimator)[] Tasks =
    [
        ("posterior, density from it", VaeOutputs.Posterior, LossEstimator.Default),
        ("reconstruction", VaeOutputs.Reconstruction, LossEstimator.Default),
        ("loss, density, contributions", VaeOutputs.Loss, LossEstimator.Default),
        ("the same, analytic", VaeOutputs.Loss, LossEstimator.Analytic),
    ];

    /// <summary>Runs on all workloads, or on those named.</summary>
    public static int Run(string[] only)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        foreach (var workload in Workload.All.Where(w => w.Name != "T32" && (only.Length == 0 || only.Contains(w.Name))))
        {
            Console.WriteLine($"\n{workload.Name}: {workload.Features} → {string.Join('-', workload.Widths)} → {workload.Latents}");
            Report(workload);
        }
        PrintPipeline();
        return 0;
    }

    private static void Report(Workload workload)
    {
        var architecture = workload.Architecture;
        var model = new VaeModel(architecture, VaeParameters.Initialize(architecture, RandomStream.FromSeed(1)), 1);
        float[] rows = workload.RandomRows();
        var rates = Tasks.Select(_ => (Single: new List<double>(), Batch: new List<double>())).ToArray();
        var scorers = Tasks.Select(t => (Single: new VaeScorer(model, 1, t.Estimator), Batch: new VaeScorer(model, BatchRows, t.Estimator))).ToArray();
        for (int round = 0; round < Rounds; round++)
            for (int t = 0; t < Tasks.Length; t++)
            {
                var (scorers1, outputs) = (scorers[t], Tasks[t].Outputs);
                rates[t].Single.Add(Rate.Of(() => scorers1.Single.Score(rows.AsSpan(0, workload.Features), 1, outputs), Seconds, true));
                rates[t].Batch.Add(BatchRows * Rate.Of(() => scorers1.Batch.Score(rows.AsSpan(0, BatchRows * workload.Features), BatchRows, outputs), Seconds, true));
            }
        for (int t = 0; t < Tasks.Length; t++)
            Console.WriteLine($"  {Tasks[t].Name,-30} {1e6 / Median(rates[t].Single),8:f1} µs a row {Median(rates[t].Batch) / 1e3,9:f1} thousand rows/s");
    }

    private static void PrintPipeline()
    {
        var workload = Workload.All[0];
        float[] values = workload.RandomRows();
        var rows = values.Chunk(workload.Features).Select(v => new Row { Features = v }).ToArray();
        var ml = new MLContext(seed: 1);
        foreach (int referenceRows in new[] { 0, 2000 })
        {
            var trainer = ml.AnomalyDetection.Trainers.Vae(new VaeAnomalyTrainer.Options
            {
                LatentDimension = workload.Latents,
                HiddenWidths = workload.Widths,
                ReferenceRows = referenceRows,
                Training = new() { Steps = 200, Seed = 1 },
            });
            var model = trainer.Fit(ml.Data.LoadFromEnumerable(rows.Take(5000)));
            var engine = ml.Model.CreatePredictionEngine<Row, Verdict>(model);
            var verdict = new Verdict();
            double single = 1e6 / Median([.. Enumerable.Range(0, Rounds).Select(_ => Rate.Of(() => engine.Predict(rows[0], ref verdict), Seconds, true))]);
            var scored = model.Transform(ml.Data.Cache(ml.Data.LoadFromEnumerable(rows)));
            var rates = new[] { false, true }.Select(isProcessorTime => rows.Length / 1e3 * Median([.. Enumerable.Range(0, Rounds).Select(_ => Rate.Of(() => Read(scored), Seconds, isProcessorTime))])).ToArray();
            Console.WriteLine($"\nT through ML.NET, {referenceRows} known rows: prediction engine, all columns of the detector, {single:f1} µs a row of processor time; "
                + $"one cursor on {Environment.ProcessorCount} processors {rates[0]:f0} thousand rows/s of wall-clock, {rates[1]:f0} of processor time");
        }
    }

    private static void Read(IDataView scored)
    {
        using var cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        var score = cursor.GetGetter<float>(scored.Schema["Score"]);
        float value = 0;
        while (cursor.MoveNext()) score(ref value);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private sealed class Row
    {
        [VectorType(16)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Verdict
    {
        public float Score { get; set; }

        public float PValue { get; set; }

        public bool PredictedLabel { get; set; }

        public float LogDensity { get; set; }

        public float[] Contributions { get; set; } = [];
    }
}
