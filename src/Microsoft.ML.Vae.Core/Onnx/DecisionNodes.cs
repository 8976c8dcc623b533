using Element = Microsoft.ML.Vae.Core.OnnxMessages.TensorMessage.Types.Element;

namespace Microsoft.ML.Vae.Core;

/// <summary>p-value and decision as ONNX nodes: <see cref="ConformalCalibration"/> evaluated in the graph, to the same integer count.</summary>
/// <param name="graph">Receives the nodes.</param>
/// <param name="calibration">Scores of normal rows.</param>
/// <param name="threshold">The stored threshold.</param>
/// <param name="score">[N, 1], single precision.</param>
/// <param name="takesRate">Whether callers give the rate, as an input; else the stored threshold decides.</param>
internal sealed class DecisionNodes(OnnxGraph graph, ConformalCalibration calibration, float threshold, Func<string> score, bool takesRate)
{
    private readonly int _count = calibration.Scores.Count;

    /// <summary>p = (1 + #{calibration ≥ score})/(count + 1), [N, 1], double: rounded to single, p could not be compared with a rate.</summary>
    public string PValue => field ??= BuildPValue();

    /// <summary>score &gt; threshold, [N, 1], boolean; false where the score is NaN.</summary>
    public string IsAnomaly => field ??= graph.Node("Greater", Score, Threshold());

    private string Score => field ??= score();

    // The table, most anomalous first, as a near-square matrix; −∞ fills it up and is below every score.
    private string Table => field ??= graph.Constant<float>(OnnxNames.Calibration, Padded(), Padded().Length / Side, Side);

    private int Side => (int)Math.Ceiling(Math.Sqrt(_count + 1));

    private float[] Padded()
    {
        int rows = (_count + Side) / Side;
        var table = new float[rows * Side];
        Array.Fill(table, float.NegativeInfinity);
        for (int i = 0; i < _count; i++) table[i] = calibration.Scores[i];
        return table;
    }

    // Search in two steps of √count comparisons: rows of the table that lie wholly at or above the score, then the row where the score falls.
    private string BuildPValue()
    {
        string smallest = graph.Reshape(graph.Slice(Table, Side - 1, Side), 1, -1);
        string whole = Count(graph.Node("GreaterOrEqual", smallest, Score));
        string row = graph.Node("Gather", Table, graph.Reshape(graph.Cast(whole, Element.Int64), -1));
        string rest = Count(graph.Node("GreaterOrEqual", row, Score));
        string rank = graph.Node("Add", graph.Node("Mul", whole, graph.Scalar((double)Side)), rest);
        string p = graph.Node("Div", graph.Node("Add", rank, graph.Scalar(1.0)), graph.Scalar(_count + 1.0));
        return graph.Node("Where", graph.Node("IsNaN", Score), graph.Scalar(double.NaN), p);
    }

    private string Count(string flags) => graph.SumLast(graph.Cast(flags, Element.Double));

    private string Threshold()
    {
        string stored = graph.Constant(OnnxNames.Threshold, [threshold], 1);
        if (!takesRate) return stored;
        string rate = graph.Input(
            OnnxNames.FalseAlarmRate, Element.Double, "Share of normal rows that may be flagged, in (0, 1); NaN: the threshold decides.", OnnxGraph.Fixed(1));
        return graph.Node("Where", graph.Node("IsNaN", rate), stored, ThresholdAt(rate));
    }

    // ConformalCalibration.Threshold: the allowed number of alarms among the table's rows picks the score; none allowed: +∞.
    private string ThresholdAt(string rate)
    {
        string given = graph.Node("Where", graph.Node("IsNaN", rate), graph.Scalar(0.0), rate);
        string scaled = graph.Node("Add", graph.Node("Mul", given, graph.Scalar(_count + 1.0)), graph.Scalar(ConformalCalibration.RateSlack));
        string allowed = graph.Node("Sub", graph.Node("Floor", scaled), graph.Scalar(1.0));
        string index = graph.Cast(graph.Node("Clip", allowed, graph.Scalar(0.0), graph.Scalar(_count - 1.0)), Element.Int64);
        string score = graph.Node("Gather", graph.Reshape(Table, -1), index);
        return graph.Node("Where", graph.Node("Less", allowed, graph.Scalar(0.0)), graph.Scalar(float.PositiveInfinity), score);
    }
}
