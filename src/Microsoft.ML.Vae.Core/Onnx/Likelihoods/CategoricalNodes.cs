using Element = Microsoft.ML.Vae.Core.OnnxMessages.TensorMessage.Types.Element;

namespace Microsoft.ML.Vae.Core;

/// <summary>Dᵢ = xᵢ log(xᵢ/pᵢ) − xᵢ + pᵢ within blocks of categories.</summary>
internal sealed class CategoricalNodes(OnnxGraph graph, CategoricalLikelihood likelihood, int features) : LikelihoodForm(graph)
{
    public override string DrawTerms(string x, string outputs) => Graph.Cast(Distortion(Graph.Cast(x, Element.Double), Graph.Cast(outputs, Element.Double)), Element.Single);

    public override string Distortion(string x, string output)
    {
        string logShare = LogShares(output);
        string surprise = Graph.Node("Sub", XLogX(x), Graph.Node("Mul", x, logShare));
        return Graph.Node("Max", Graph.Node("Add", Graph.Node("Sub", surprise, x), Graph.Node("Exp", logShare)), Graph.Scalar(0.0));
    }

    public override string Metric(string mean, string tangents) =>
        Diagonal(Graph.Node("Div", Graph.Scalar(0.5), Graph.Node("Max", mean, Graph.Scalar(CategoricalLikelihood.LeastShare))), tangents, features);

    private string LogShares(string output)
    {
        string[] parts = [.. likelihood.Ranges().Select(block =>
            Graph.Node("LogSoftmax", [Graph.SliceAxis(output, block.First, block.First + block.Length, -1)], OnnxGraph.Integer("axis", -1)))];
        return parts.Length == 1 ? parts[0] : Graph.Node("Concat", parts, OnnxGraph.Integer("axis", -1));
    }
}
