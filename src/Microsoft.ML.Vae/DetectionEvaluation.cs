using Microsoft.ML.Data;
using Microsoft.ML.Vae;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML;

/// <summary>Detection metrics on any ML.NET scorer.</summary>
public static class DetectionEvaluation
{
    /// <summary>Ranking metrics of the score and, where there is a PredictedLabel, metrics of the decisions. Rows without a score or label (NaN, missing key) are counted, not forgotten.</summary>
    /// <param name="catalog">mlContext.AnomalyDetection.</param>
    /// <param name="data">Scored rows.</param>
    /// <param name="labelColumnName">True labels: Boolean, Single (above 0 = anomaly) or a key, whose first value is the normal one.</param>
    /// <param name="scoreColumnName">Single, higher = more anomalous.</param>
    /// <param name="predictedLabelColumnName">Boolean; null, or absent from the data: decisions are not judged.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">One of the two classes is missing, or every label is.</exception>
    public static DetectionMetrics EvaluateDetection(
        this AnomalyDetectionCatalog catalog, IDataView data, string labelColumnName = ColumnNames.Label, string scoreColumnName = ColumnNames.Score, string? predictedLabelColumnName = ColumnNames.PredictedLabel)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var (scores, labels, flags) = Read(data, labelColumnName, scoreColumnName, predictedLabelColumnName);
        return DetectionMetrics.Compute(scores, labels, flags);
    }

    /// <summary>Reads scores, labels and decisions, e.g. for <see cref="BootstrapInterval"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There are rows, but none has a label.</exception>
    public static (float[] Scores, bool[] Labels, bool[]? Decisions) Read(IDataView data, string labelColumnName = ColumnNames.Label, string scoreColumnName = ColumnNames.Score, string? predictedLabelColumnName = ColumnNames.PredictedLabel)
    {
        ArgumentNullException.ThrowIfNull(data);
        var score = Find(data, "score", scoreColumnName);
        if (score.Type != NumberDataViewType.Single)
            throw new ArgumentOutOfRangeException(nameof(data), $"Schema mismatch for score column '{scoreColumnName}': expected Single, got {score.Type}");
        var label = Find(data, "label", labelColumnName);
        var decision = predictedLabelColumnName is null ? null : data.Schema.GetColumnOrNull(predictedLabelColumnName);
        if (decision is { } flags && flags.Type != BooleanDataViewType.Instance)
            throw new ArgumentOutOfRangeException(nameof(data), $"Schema mismatch for decision column '{predictedLabelColumnName}': expected Boolean, got {flags.Type}. Give null where decisions are not to be judged");
        return ReadRows(data, score, label, decision);
    }

    // One pass, so that nothing is scored twice. A row without a label loses its score: it is counted as dropped.
    private static (float[] Scores, bool[] Labels, bool[]? Decisions) ReadRows(IDataView data, DataViewSchema.Column score, DataViewSchema.Column label, DataViewSchema.Column? decision)
    {
        var (scores, labels, decisions) = (new List<float>(), new List<bool>(), new List<bool>());
        using var cursor = data.GetRowCursor(decision is { } wanted ? [score, label, wanted] : [score, label]);
        var (getScore, getLabel) = (cursor.GetGetter<float>(score), LabelGetter(cursor, label));
        var getDecision = decision is { } column ? cursor.GetGetter<bool>(column) : null;
        float value = 0;
        bool flagged = false;
        long unlabelled = 0;
        while (cursor.MoveNext())
        {
            getScore(ref value);
            getDecision?.Invoke(ref flagged);
            bool? isAnomaly = getLabel();
            if (isAnomaly is null) unlabelled++;
            scores.Add(isAnomaly is null ? float.NaN : value);
            labels.Add(isAnomaly ?? false);
            decisions.Add(flagged);
        }
        if (unlabelled > 0 && unlabelled == labels.Count)
            throw new InvalidOperationException($"Label column '{label.Name}': all {unlabelled} labels are missing. Evaluation compares scores with labels; give rows that have some.");
        return ([.. scores], [.. labels], decision is null ? null : [.. decisions]);
    }

    private static Func<bool?> LabelGetter(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type == BooleanDataViewType.Instance) return Getter<bool>(row, column, v => v);
        if (column.Type == NumberDataViewType.Single) return Getter<float>(row, column, v => float.IsNaN(v) ? null : v > 0);
        if (column.Type is KeyDataViewType { RawType: var raw } && raw == typeof(uint)) return Getter<uint>(row, column, v => v == 0 ? null : v > 1);
        throw new ArgumentOutOfRangeException("data", $"Schema mismatch for label column '{column.Name}': expected Boolean, Single or Key<UInt32>, got {column.Type}");
    }

    private static Func<bool?> Getter<T>(DataViewRow row, DataViewSchema.Column column, Func<T, bool?> isAnomaly)
    {
        var getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return isAnomaly(value);
        };
    }

    private static DataViewSchema.Column Find(IDataView data, string role, string name) =>
        data.Schema.GetColumnOrNull(name) ?? throw new ArgumentOutOfRangeException(nameof(data), $"Could not find {role} column '{name}'");
}
