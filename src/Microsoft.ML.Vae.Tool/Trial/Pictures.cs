using Microsoft.ML.Vae.Report;

namespace Microsoft.ML.Vae.Tool;

/// <summary>How training went, and how the scores of normal rows and anomalies differ.</summary>
internal static class Pictures
{
    public static void Save(string folder, IReadOnlyList<TrainingProgress> history, ScoredRows rows, float threshold)
    {
        DetectorCharts.LearningCurve(history).Save(Path.Combine(folder, "learning-curve.svg"));
        DetectorCharts.ScoreHistogram(rows.Scores, rows.Labels, threshold).Save(Path.Combine(folder, "scores.svg"));
    }
}
