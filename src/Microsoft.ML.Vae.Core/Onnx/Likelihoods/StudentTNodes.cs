namespace Microsoft.ML.Vae.Core;

/// <summary>Dᵢ = (ν + 1)/2 · log(1 + (xᵢ − x̂ᵢ)²/(ν sᵢ²)); residuals held at 1e18 scales, as in <see cref="StudentTLoss{T}"/>.</summary>
/// <param name="graph">Receives the nodes.</param>
/// <param name="likelihood">ν.</param>
/// <param name="logScales">log sᵢ², [m].</param>
internal sealed class StudentTNodes(OnnxGraph graph, StudentTLikelihood likelihood, float[] logScales) : LikelihoodForm(graph)
{
    private const float Farthest = 1e18f;

    private readonly double _half = 0.5 * (likelihood.Degrees + 1);

    public override string DrawTerms(string x, string outputs)
    {
        string root = Graph.Constant<float>([.. logScales.Select(s => (float)Root(s))], logScales.Length);
        string residual = Graph.Node("Clip", Graph.Node("Mul", Graph.Node("Sub", outputs, x), root), Graph.Scalar(-Farthest), Graph.Scalar(Farthest));
        string ratio = Graph.Node("Add", Graph.Node("Mul", residual, residual), Graph.Scalar(1f));
        return Graph.Node("Mul", Graph.Scalar((float)_half), Graph.Node("Log", ratio));
    }

    public override string Distortion(string x, string output)
    {
        string residual = Graph.Node("Mul", Graph.Node("Sub", x, output), Graph.Constant<double>([.. logScales.Select(s => Root(s))], logScales.Length));
        string ratio = Graph.Node("Add", Graph.Node("Mul", residual, residual), Graph.Scalar(1.0));
        return Graph.Node("Mul", Graph.Scalar(_half), Graph.Node("Log", ratio));
    }

    public override string Metric(string mean, string tangents) =>
        Diagonal(Graph.Constant<double>([.. logScales.Select(s => _half * Root(s) * Root(s))], logScales.Length), tangents, logScales.Length);

    // 1/(√ν s)
    private double Root(float logScale) => Math.Exp(-0.5 * logScale) / Math.Sqrt(likelihood.Degrees);
}
