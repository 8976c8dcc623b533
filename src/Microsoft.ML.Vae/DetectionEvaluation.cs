using Microsoft.ML.Data;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML;

/// <summary>Detection metrics on any ML.NET scorer.</summary>
public static class DetectionEvaluation
{
    /// <summary>Ranking metrics of the score and, where there is a PredictedLabel, metrics of the decisions. Rows with a NaN score are counted, not forgotten.</summary>
    /// <param name="catalog">mlContext.AnomalyDetection.</param>
    /// <param name="data">Scored rows.</param>
    /// <param name="labelColumnName">True labels: Boolean, Single (above 0 = anomaly) or a key whose second value is the anomaly.</param>
    /// <param name="scoreColumnName">Single, higher = more anomalous.</param>
    /// <param name="predictedLabelColumnName">Boolean; null, or absent from the data: decisions are not judged.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">One of the two classes is missing.</exception>
    public static DetectionMetrics EvaluateDetection(
        this AnomalyDetectionCatalog catalog, IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score", string? predictedLabelColumnName = "PredictedLabel")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var (scores, labels, flags) = Read(data, labelColumnName, scoreColumnName, predictedLabelColumnName);
        return DetectionMetrics.Compute(scores, labels, flags);
    }

    /// <summary>Reads scores, labels and decisions, e.g. for <see cref="BootstrapInterval"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public static (float[] Scores, bool[] Labels, bool[]? Decisions) Read(IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score", string? predictedLabelColumnName = "PredictedLabel")
    {
        ArgumentNullException.ThrowIfNull(data);
        var score = Find(data, "score", scoreColumnName);
        if (score.Type != NumberDataViewType.Single)
            throw new ArgumentOutOfRangeException(nameof(data), $"Schema mismatch for score column '{scoreColumnName}': expected Single, got {score.Type}");
        bool[]? decisions = predictedLabelColumnName is not null && data.Schema.GetColumnOrNull(predictedLabelColumnName) is { } p && p.Type == BooleanDataViewType.Instance
            ? [.. data.GetColumn<bool>(p)] : null;
        return ([.. data.GetColumn<float>(score)], Labels(data, Find(data, "label", labelColumnName)), decisions);
    }

    private static bool[] Labels(IDataView data, DataViewSchema.Column column)
    {
        if (column.Type == BooleanDataViewType.Instance) return [.. data.GetColumn<bool>(column)];
        if (column.Type == NumberDataViewType.Single) return [.. data.GetColumn<float>(column).Select(v => v > 0)];
        if (column.Type is KeyDataViewType { RawType: var raw } && raw == typeof(uint)) return [.. data.GetColumn<uint>(column).Select(v => v > 1)];
        throw new ArgumentOutOfRangeException(nameof(data), $"Schema mismatch for label column '{column.Name}': expected Boolean, Single or Key<UInt32>, got {column.Type}");
    }

    private static DataViewSchema.Column Find(IDataView data, string role, string name) =>
        data.Schema.GetColumnOrNull(name) ?? throw new ArgumentOutOfRangeException(nameof(data), $"Could not find {role} column '{name}'");
}
