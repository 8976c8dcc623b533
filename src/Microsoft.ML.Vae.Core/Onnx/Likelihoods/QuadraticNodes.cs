using Element = Microsoft.ML.Vae.Core.OnnxMessages.TensorMessage.Types.Element;

namespace Microsoft.ML.Vae.Core;

/// <summary>Dᵢ = hᵢ (xᵢ − x̂ᵢ)²: squared error and Gaussians.</summary>
/// <param name="graph">Receives the nodes.</param>
/// <param name="halfPrecision">h, [m]; null: 1.</param>
/// <param name="features">m.</param>
/// <param name="weight">a_x.</param>
internal sealed class QuadraticNodes(OnnxGraph graph, double[]? halfPrecision, int features, MetricWeight weight) : LikelihoodForm(graph)
{
    private string? HalfPrecision => halfPrecision is null ? null : Graph.Constant<double>(halfPrecision, features);

    public override string DrawTerms(string x, string outputs)
    {
        string residual = Graph.Node("Sub", outputs, x);
        string first = HalfPrecision is { } h ? Graph.Node("Mul", Graph.Cast(h, Element.Single), residual) : residual;
        return Graph.Node("Mul", first, residual);
    }

    public override string Distortion(string x, string output)
    {
        string residual = Graph.Node("Sub", x, output), square = Graph.Node("Mul", residual, residual);
        return HalfPrecision is { } h ? Graph.Node("Mul", square, h) : square;
    }

    public override string Metric(string mean, string tangents) => HalfPrecision is { } h ? Diagonal(h, tangents, features) : tangents;

    public override string? RowWeight(string scaled)
    {
        if (weight == MetricWeight.None) return null;
        if (weight.Slope == 0) return Graph.Scalar(weight.At([]));
        string x = Graph.Cast(scaled, Element.Double), squares = Graph.SumLast(Graph.Node("Mul", x, x));
        string sum = Graph.Node("Add", Graph.Scalar(weight.Offset), Graph.Node("Mul", Graph.Scalar(weight.Slope), squares));
        return weight.Reciprocal ? Graph.Node("Div", Graph.Scalar(1.0), sum) : sum;
    }
}
