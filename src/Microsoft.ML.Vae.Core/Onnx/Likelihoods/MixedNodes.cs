using Element = Microsoft.ML.Vae.Core.OnnxMessages.TensorMessage.Types.Element;

namespace Microsoft.ML.Vae.Core;

/// <summary>The forms of slots, each over its own columns.</summary>
internal sealed class MixedNodes(OnnxGraph graph, IReadOnlyList<(MixedLikelihood.Place Place, LikelihoodForm Form)> slots) : LikelihoodForm(graph)
{
    public override string DrawTerms(string x, string outputs) => Concatenate(-1, s => s.Form.DrawTerms(Features(x, s.Place), Outputs(outputs, s.Place)));

    public override string? AtMode(string x) => Concatenate(-1, s => s.Form.AtMode(Features(x, s.Place)) ?? Zeros(Features(x, s.Place)));

    public override string Distortion(string x, string output) => Concatenate(-1, s => s.Form.Distortion(Features(x, s.Place), Outputs(output, s.Place)));

    public override string Metric(string mean, string tangents) =>
        Concatenate(-2, s => s.Form.Metric(Features(mean, s.Place), Graph.SliceAxis(tangents, s.Place.First, s.Place.First + s.Place.Count, -2)));

    private string Concatenate(int axis, Func<(MixedLikelihood.Place Place, LikelihoodForm Form), string> part) => Graph.Concatenate(axis, [.. slots.Select(part)]);

    private string Features(string x, MixedLikelihood.Place place) => Graph.SliceAxis(x, place.First, place.First + place.Count, -1);

    private string Outputs(string x, MixedLikelihood.Place place) => Graph.SliceAxis(x, place.Output, place.Output + place.Outputs, -1);

    private string Zeros(string x) => Graph.Node("Mul", Graph.Cast(x, Element.Double), Graph.Scalar(0.0));
}

/// <summary>Dᵢ = x ln(x/λ) − (x + r) ln((x + r)/(λ + r)), λ = softplus(output).</summary>
internal sealed class NegativeBinomialNodes(OnnxGraph graph, float[] logDispersion) : LikelihoodForm(graph)
{
    private string Dispersion => Graph.Constant<double>([.. logDispersion.Select(p => Math.Exp(p))], logDispersion.Length);

    public override string DrawTerms(string x, string outputs) => Graph.Cast(Distortion(Graph.Cast(x, Element.Double), Graph.Cast(outputs, Element.Double)), Element.Single);

    public override string Distortion(string x, string output)
    {
        string mean = Graph.Node("Max", Softplus(output), Graph.Scalar(NegativeBinomialLikelihood.LeastMean)), r = Dispersion;
        string ratio = Graph.Node("Log", Graph.Node("Div", Graph.Node("Add", x, r), Graph.Node("Add", mean, r)));
        string found = Graph.Node("Sub", XLogX(x), Graph.Node("Mul", x, Graph.Node("Log", mean)));
        return Graph.Node("Max", Graph.Node("Sub", found, Graph.Node("Mul", Graph.Node("Add", x, r), ratio)), Graph.Scalar(0.0));
    }

    public override string Metric(string mean, string tangents)
    {
        string m = Graph.Node("Max", mean, Graph.Scalar(NegativeBinomialLikelihood.LeastMean));
        string variance = Graph.Node("Mul", m, Graph.Node("Add", Graph.Scalar(1.0), Graph.Node("Div", m, Dispersion)));
        return Diagonal(Graph.Node("Div", Graph.Scalar(0.5), variance), tangents, logDispersion.Length);
    }
}
