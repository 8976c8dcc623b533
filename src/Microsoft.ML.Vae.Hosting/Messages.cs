namespace Microsoft.ML.Vae.Hosting;

/// <summary>One row: POST /score {"features": [1200, 66, 2.4, 3.5]}.</summary>
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
/// <param name="Contributions">Each feature's part of the score, in nats.</param>
public sealed record ScoreResponse(string Model, float Score, float PValue, bool IsAnomaly, float[] Contributions)
{
    internal static ScoreResponse Of(string model, DetectorVerdict verdict) => new(model, verdict.Score, verdict.PValue, verdict.PredictedLabel, verdict.Contributions);
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
/// <param name="LatentDimension">Of the VAE.</param>
/// <param name="Threshold">Nats; null: so few calibration rows cannot promise the false-alarm rate, and no row is flagged.</param>
/// <param name="CalibrationRows">Held-out normal rows behind p-values and threshold.</param>
/// <param name="Isometry">Whether the density can be trusted.</param>
public sealed record ModelResponse(
    string Id, DateTimeOffset LoadedAt, int FeatureCount, IReadOnlyList<string> FeatureNames, int LatentDimension, float? Threshold, int CalibrationRows, string Isometry)
{
    internal static ModelResponse Of(ServedDetector model) => new(
        model.Id, model.LoadedAt, model.FeatureCount, model.Detector.Vae.FeatureNames, model.Detector.Vae.LatentDimension,
        float.IsFinite(model.Detector.Threshold) ? model.Detector.Threshold : null, model.Detector.Calibration.Scores.Count, model.Detector.Isometry.Verdict);
}
