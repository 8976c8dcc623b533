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
        return UnlessEmpty(x, logShare, Graph.Node("Max", Graph.Node("Add", Graph.Node("Sub", surprise, x), Graph.Node("Exp", logShare)), Graph.Scalar(0.0)));
    }

    public override string Metric(string mean, string tangents) =>
        Diagonal(Graph.Node("Div", Graph.Scalar(0.5), Graph.Node("Max", mean, Graph.Scalar(CategoricalLikelihood.LeastShare))), tangents, features);

    private string LogShares(string output) => Concatenate(block => Graph.Node("LogSoftmax", [Of(output, block)], OnnxGraph.Integer("axis", -1)));

    // A block of zeros: a missing value, or a category that nobody saw.
    private string UnlessEmpty(string x, string logShares, string distortion) => Concatenate(block =>
    {
        string isEmpty = Graph.Node("Equal", Graph.SumLast(Graph.Node("Abs", Of(x, block))), Graph.Scalar(0.0)), cost = Graph.Scalar(0.0);
        if (likelihood.UnseenSurprise is { } least)
        {
            string likeliest = Graph.Node("ReduceMax", [Graph.Node("Neg", Of(logShares, block))], OnnxGraph.Integers("axes", -1));
            cost = Graph.Node("Div", Graph.Node("Max", likeliest, Graph.Scalar(least)), Graph.Scalar((double)block.Length));
        }
        return Graph.Node("Where", isEmpty, cost, Of(distortion, block));
    });

    private string Of(string value, (int First, int Length) block) => Graph.SliceAxis(value, block.First, block.First + block.Length, -1);

    private string Concatenate(Func<(int First, int Length), string> part) => Graph.Concatenate(-1, [.. likelihood.Ranges().Select(part)]);
}
