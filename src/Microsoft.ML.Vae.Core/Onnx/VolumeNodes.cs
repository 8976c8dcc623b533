using Element = Microsoft.ML.Vae.Core.OnnxMessages.TensorMessage.Types.Element;

namespace Microsoft.ML.Vae.Core;

/// <summary><see cref="VolumeRatio"/> as ONNX nodes, double precision.</summary>
/// <param name="graph">Receives the nodes.</param>
/// <param name="model">The active latents and the scaling.</param>
/// <param name="likelihood">The metric G_x, before a_x.</param>
/// <param name="rowWeight">a_x, [N, 1] or a scalar; null: 1.</param>
internal sealed class VolumeNodes(OnnxGraph graph, VaeModel model, LikelihoodForm likelihood, string? rowWeight)
{
    private readonly int _m = model.FeatureCount, _n = model.LatentDimension, _active = model.ActiveLatents.Count;

    /// <summary>The ratio, [N, 1] or a scalar.</summary>
    /// <param name="isRaw">Whether to the volume of the raw features; else of the scaled ones.</param>
    /// <param name="jacobian">∂x̆/∂z, [N, m, n] or [m, n], single precision; asked for only where it does not cancel.</param>
    /// <param name="mean">x̆, [N, m], single precision.</param>
    public string Ratio(bool isRaw, Func<string> jacobian, Func<string> mean)
    {
        if (_active == 0) return graph.Scalar(0.0);
        double[] units = isRaw ? [.. model.Scaling.Factors.ToArray().Select(f => 1.0 / f)] : [.. Enumerable.Repeat(1.0, _m)];
        bool isShared = units.All(u => u == units[0]) && model.Architecture.Likelihood.MetricScale(new float[_m]) is not null;
        string ratio = isShared ? WithoutJacobian(units[0]) : FromTangents(units, jacobian(), mean());
        return graph.Node("Where", graph.Node("LessOrEqual", graph.Node("Abs", ratio), graph.Scalar(double.MaxValue)), ratio, graph.Scalar(double.NaN));
    }

    private string WithoutJacobian(double unit)
    {
        double scale = rowWeight is null ? model.Architecture.Likelihood.MetricScale(new float[_m])!.Value : 1;
        return Weighted(graph.Scalar(_active * ((0.5 * Math.Log(scale)) - Math.Log(unit))));
    }

    private string FromTangents(double[] units, string jacobian, string mean)
    {
        string active = graph.Constant<long>([.. model.ActiveLatents.Select(j => (long)j)], _active);
        string tangents = graph.Cast(graph.Node("Gather", [graph.Reshape(jacobian, -1, _m, _n), active], OnnxGraph.Integer("axis", 2)), Element.Double);
        string scaled = graph.Node("Mul", tangents, graph.Constant<double>(units, _m, 1));
        string metric = HalfLogDeterminant(tangents, likelihood.Metric(graph.Cast(mean, Element.Double), tangents));
        return Weighted(graph.Node("Sub", metric, HalfLogDeterminant(scaled, scaled)));
    }

    private string Weighted(string ratio) =>
        rowWeight is null ? ratio : graph.Node("Add", ratio, graph.Node("Mul", graph.Scalar(0.5 * _active), graph.Node("Log", rowWeight)));

    // ½ ln det TᵀP, [N, 1], by elimination.
    private string HalfLogDeterminant(string tangents, string products)
    {
        string whole = graph.Node("MatMul", graph.Transpose(tangents, 0, 2, 1), products), rest = whole, sum = graph.Scalar(0.0);
        for (int j = 0; j < _active; j++)
        {
            string pivot = Corner(rest, 0), least = graph.Node("Mul", graph.Scalar(LogDeterminant.SmallestPivot), Corner(whole, j));
            pivot = graph.Node("Where", graph.Node("Greater", pivot, least), pivot, graph.Scalar(double.NaN));
            sum = graph.Node("Add", sum, graph.Node("Log", pivot));
            if (j + 1 == _active) break;
            string below = graph.SliceAxis(rest, 1, _active, 1), column = graph.SliceAxis(below, 0, 1, 2);
            string outer = graph.Node("MatMul", column, graph.Transpose(column, 0, 2, 1));
            rest = graph.Node("Sub", graph.SliceAxis(below, 1, _active, 2), graph.Node("Div", outer, pivot));
        }
        return graph.Reshape(graph.Node("Mul", graph.Scalar(0.5), sum), -1, 1);
    }

    private string Corner(string matrix, int j) => graph.SliceAxis(graph.SliceAxis(matrix, j, j + 1, 1), j, j + 1, 2);
}
