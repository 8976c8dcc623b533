namespace Microsoft.ML.Vae.Core;

/// <summary>Binary cross-entropy on logits, less the entropy of x.</summary>
internal sealed class BernoulliNodes(OnnxGraph graph, int features) : LikelihoodForm(graph)
{
    public override string DrawTerms(string x, string outputs) => Graph.Node("Sub", Graph.Node("Softplus", outputs), Graph.Node("Mul", x, outputs));

    public override string AtMode(string x) => NegativeEntropy(Graph.Cast(x, OnnxMessages.TensorMessage.Types.Element.Double));

    public override string Distortion(string x, string output) =>
        Graph.Node("Max", Graph.Node("Add", Graph.Node("Sub", Softplus(output), Graph.Node("Mul", x, output)), NegativeEntropy(x)), Graph.Scalar(0.0));

    public override string Metric(string mean, string tangents)
    {
        string v = Graph.Node("Clip", mean, Graph.Scalar(BernoulliLikelihood.Margin), Graph.Scalar(1 - BernoulliLikelihood.Margin));
        string diagonal = Graph.Node("Div", Graph.Scalar(0.5), Graph.Node("Mul", v, Graph.Node("Sub", Graph.Scalar(1.0), v)));
        return Diagonal(diagonal, tangents, features);
    }

    // x log x + (1 − x) log(1 − x)
    private string NegativeEntropy(string x) => Graph.Node("Add", XLogX(x), XLogX(Graph.Node("Sub", Graph.Scalar(1.0), x)));
}
