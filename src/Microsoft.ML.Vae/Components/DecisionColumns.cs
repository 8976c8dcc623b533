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

    /// <summary>The threshold that the options ask for; a rate that so few rows cannot promise is warned of.</summary>
    public static float Threshold(IChannel channel, ConformalCalibration calibration, double falseAlarmRate, double? contamination)
    {
        if (contamination is { } share) return ConformalCalibration.ContaminationThreshold(calibration.Scores, share);
        if (falseAlarmRate < calibration.SmallestRate)
            channel.Warning(
                "{0} held-out rows cannot promise a false-alarm rate of {1}: no row will be flagged. Give more rows, or ask for at least {2:G3}", calibration.Scores.Count, falseAlarmRate, calibration.SmallestRate);
        return calibration.Threshold(falseAlarmRate);
    }

    /// <summary>The three columns as ONNX values, from a score [N, 1].</summary>
    public static IReadOnlyList<string> WriteOnnx(OnnxGraph graph, ConformalCalibration calibration, float threshold, string score)
    {
        var decision = new DecisionNodes(graph, calibration, threshold, () => score, takesRate: false);
        return [score, graph.Cast(decision.PValue, Element.Single), decision.IsAnomaly];
    }
}
