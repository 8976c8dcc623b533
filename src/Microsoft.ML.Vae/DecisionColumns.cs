using Microsoft.ML.Data;
using Microsoft.ML.Vae.Core;
using Element = Microsoft.ML.Vae.Core.OnnxMessages.TensorMessage.Types.Element;

namespace Microsoft.ML.Vae;

/// <summary>Score, PValue, PredictedLabel: the columns of every detector of ours.</summary>
internal static class DecisionColumns
{
    public const int Score = 0, PValue = 1, PredictedLabel = 2, Count = 3;

    private const string ScoreName = "Score", PValueName = "PValue", PredictedLabelName = "PredictedLabel";

    public static IEnumerable<SchemaShape.Column> Promise() =>
    [
        OutputColumn.ScoredShape(ScoreName, NumberDataViewType.Single), OutputColumn.ScalarShape(PValueName),
        OutputColumn.ScoredShape(PredictedLabelName, BooleanDataViewType.Instance),
    ];

    public static IReadOnlyList<DataViewSchema.DetachedColumn> Outputs() =>
    [
        OutputColumn.Scored(ScoreName, NumberDataViewType.Single, ScoreName), OutputColumn.Scalar(PValueName),
        OutputColumn.Scored(PredictedLabelName, BooleanDataViewType.Instance, PredictedLabelName),
    ];

    public static Delegate Getter(int output, Func<int, float> score, ConformalCalibration calibration, float threshold, Func<int> slot) => output switch
    {
        Score => OutputValue.Scalar(score, slot),
        PValue => OutputValue.Scalar(s => (float)calibration.PValue(score(s)), slot),
        _ => OutputValue.Flag(s => score(s) > threshold, slot),
    };

    /// <summary>The three columns as ONNX values, from a score [N, 1].</summary>
    public static IReadOnlyList<string> WriteOnnx(OnnxGraph graph, ConformalCalibration calibration, float threshold, string score)
    {
        var decision = new DecisionNodes(graph, calibration, threshold, () => score, takesRate: false);
        return [score, graph.Cast(decision.PValue, Element.Single), decision.IsAnomaly];
    }
}
