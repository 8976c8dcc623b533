using Microsoft.ML;
using Microsoft.ML.Vae;
using Microsoft.ML.Vae.Core;

/// <summary>The only place that reads labels, after every choice is made: how well does a setting find the anomalies of the test rows?</summary>
internal sealed class Judge(MLContext ml, TableSplit split)
{
    /// <summary>Metrics of a detector trained on all training rows, one per seed of training.</summary>
    public IReadOnlyList<DetectionMetrics> Metrics(VaeSearchOptions options, int steps, IEnumerable<int> seeds)
    {
        var (train, test) = (ml.Data.Cache(split.View(ml, split.TrainRows)), split.View(ml, split.TestRows));
        return [.. seeds.Select(seed =>
        {
            var settings = options.Apply(new VaeAnomalyTrainer.Options { Training = new() { Steps = steps, Seed = seed } });
            return ScoredRows.Read(ml.AnomalyDetection.Trainers.Vae(settings).Fit(train).Transform(test), top: 0).Metrics;
        })];
    }
}
