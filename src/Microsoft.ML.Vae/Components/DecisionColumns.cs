using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;
using Element = Microsoft.ML.Vae.Core.OnnxMessages.TensorMessage.Types.Element;

namespace Microsoft.ML.Vae;

/// <summary>Score, PValue, PredictedLabel: the columns of whatever decides.</summary>
internal static class DecisionColumns
{
    public const int Score = 0, PValue = 1, PredictedLabel = 2, Count = 3;

    public static IReadOnlyList<DataViewSchema.DetachedColumn> Outputs() =>
    [
        OutputColumn.Scored(ColumnNames.Score, NumberDataViewType.Single), OutputColumn.Scalar(ColumnNames.PValue),
        OutputColumn.Scored(ColumnNames.PredictedLabel, BooleanDataViewType.Instance),
    ];

    public static Delegate Getter(int output, Func<int, float> score, ConformalCalibration calibration, float threshold, Func<int> slot) => output switch
    {
        Score => OutputValue.Scalar(score, slot),
        PValue => OutputValue.Scalar(s => (float)calibration.PValue(score(s)), slot),
        _ => OutputValue.Flag(s => score(s) > threshold, slot),
    };

    /// <summary>The threshold that the options ask for, and what it promises in the log; a rate that so few rows cannot promise is warned of.</summary>
    public static float Threshold(IChannel channel, ConformalCalibration calibration, double falseAlarmRate, double? contamination, double? confidence)
    {
        float threshold = contamination is { } share ? ConformalCalibration.ContaminationThreshold(calibration.Scores, share) : Threshold(channel, calibration, falseAlarmRate, confidence);
        channel.Info(
            "Calibrated on {0} held-out rows, threshold {1:G6}: of new {2} at most {3:P1} are flagged, with 95 % confidence", calibration.Scores.Count, threshold,
            contamination is null ? "normal rows" : "rows like these", calibration.RateBound(threshold));
        return threshold;
    }

    /// <summary>The threshold of a rate, kept in the mean or with confidence; one that so few rows cannot promise is warned of.</summary>
    public static float Threshold(IChannel channel, ConformalCalibration calibration, double falseAlarmRate, double? confidence)
    {
        float threshold = confidence is { } level ? calibration.ThresholdAtMost(falseAlarmRate, level) : calibration.Threshold(falseAlarmRate);
        if (float.IsPositiveInfinity(threshold))
            channel.Warning(
                "{0} held-out rows cannot promise a false-alarm rate of {1}{2}: no row will be flagged. Give more rows, or ask for at least {3:G3}",
                calibration.Scores.Count, falseAlarmRate, confidence is { } c ? $" with confidence {c}" : "", confidence is { } d ? calibration.SmallestRateAtMost(d) : calibration.SmallestRate);
        return threshold;
    }

    /// <summary>The three columns as ONNX values, from a score [N, 1].</summary>
    public static IReadOnlyList<string> WriteOnnx(OnnxGraph graph, ConformalCalibration calibration, float threshold, string score)
    {
        var decision = new DecisionNodes(graph, calibration, threshold, () => score, takesRate: false);
        return [score, graph.Cast(decision.PValue, Element.Single), decision.IsAnomaly];
    }
}
