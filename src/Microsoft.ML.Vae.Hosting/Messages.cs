using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Hosting;

/// <summary>One row: POST /score {"features": [1200, 66, null, 3.5]}; null is a missing value.</summary>
public sealed record ScoreRequest
{
    /// <summary>[m], finite.</summary>
    public required float[] Features { get; init; }
}

/// <summary>Many rows: POST /score/batch {"rows": [[…], […]]}.</summary>
public sealed record BatchRequest
{
    /// <summary>Rows of m numbers.</summary>
    public required float[][] Rows { get; init; }
}

/// <summary>The answer to one row.</summary>
/// <param name="Model">Which model scored: see /model.</param>
/// <param name="Score">Nats, high = anomalous.</param>
/// <param name="PValue">Share of normal rows that score at least as high: small = anomalous.</param>
/// <param name="IsAnomaly">Score above the model's threshold.</param>
/// <param name="Contributions">Each source column's part of the score, in nats; names in /model.</param>
/// <param name="Reasons">Of an anomaly the columns that make it one, most first; else empty.</param>
/// <param name="NearestRows">Of an anomaly the nearest rows that the model remembers, as indices; else, or where it remembers none, empty.</param>
public sealed record ScoreResponse(string Model, float Score, float PValue, bool IsAnomaly, float[] Contributions, ReasonResponse[] Reasons, int[] NearestRows)
{
    internal static ScoreResponse Of(ServedDetector model, float[] row)
    {
        var verdict = model.Score(row);
        var (reasons, nearest) = verdict.PredictedLabel ? model.Explain(row) : ([], []);
        return new(model.Id, verdict.Score, verdict.PValue, verdict.PredictedLabel, verdict.Contributions, [.. reasons.Select(ReasonResponse.Of)], nearest);
    }
}

/// <summary>A column that makes a row anomalous.</summary>
/// <param name="Column">The source column.</param>
/// <param name="Nats">Its part of the score.</param>
/// <param name="Share">The same as a share of the score.</param>
/// <param name="Found">What the row holds.</param>
/// <param name="Expected">What the model expected.</param>
public sealed record ReasonResponse(string Column, double Nats, double Share, string Found, string Expected)
{
    internal static ReasonResponse Of(Reason reason) => new(reason.Column, reason.Nats, reason.Share, reason.Found, reason.Expected);
}

/// <summary>All rows by one model, in the order they came.</summary>
/// <param name="Model">Which model scored.</param>
/// <param name="Rows">Answers.</param>
public sealed record BatchResponse(string Model, ScoreResponse[] Rows);

/// <summary>What serves now.</summary>
/// <param name="Id">The first digits of the file's SHA-256.</param>
/// <param name="LoadedAt">When it began to serve.</param>
/// <param name="FeatureCount">How many numbers a row has.</param>
/// <param name="FeatureNames">In their order.</param>
/// <param name="ColumnNames">Of the contributions, in their order.</param>
/// <param name="LatentDimension">Of the VAE.</param>
/// <param name="Threshold">Nats; null: so few calibration rows cannot promise the false-alarm rate, and no row is flagged.</param>
/// <param name="CalibrationRows">Held-out normal rows behind p-values and threshold.</param>
/// <param name="Isometry">Whether the density can be trusted.</param>
public sealed record ModelResponse(
    string Id, DateTimeOffset LoadedAt, int FeatureCount, IReadOnlyList<string> FeatureNames, IReadOnlyList<string> ColumnNames, int LatentDimension, float? Threshold, int CalibrationRows, string Isometry)
{
    internal static ModelResponse Of(ServedDetector model) => new(
        model.Id, model.LoadedAt, model.FeatureCount, [.. model.Detector.Vae.FeatureNames.Take(model.FeatureCount)], [.. model.Detector.Vae.Columns.Select(c => c.Name)], model.Detector.Vae.LatentDimension,
        float.IsFinite(model.Detector.Threshold) ? model.Detector.Threshold : null, model.Detector.Calibration.Scores.Count, model.Detector.Isometry.Verdict);
}
