namespace Microsoft.ML.Vae.Tool;

/// <summary>How training went, and how the scores of normal rows and anomalies differ.</summary>
internal static class Pictures
{
    public static void Save(string folder, IReadOnlyList<TrainingProgress> history, ScoredRows rows, float threshold)
    {
        File.WriteAllText(Path.Combine(folder, "learning-curve.svg"), Charts.LearningCurve(history));
        File.WriteAllText(Path.Combine(folder, "scores.svg"), Charts.ScoreHistogram(rows.Scores, rows.Labels, threshold));
    }
}
