namespace Microsoft.ML.Vae.Core;

/// <summary>The ONNX form of each likelihood.</summary>
/// <param name="graph">Receives the nodes.</param>
/// <param name="features">m.</param>
/// <param name="parameters">The likelihood's own.</param>
internal sealed class LikelihoodNodes(OnnxGraph graph, int features, float[] parameters) : LikelihoodVisitor<LikelihoodForm>
{
    /// <summary>The form of a model's likelihood.</summary>
    /// <exception cref="NotSupportedException">It has none; it is named.</exception>
    public static LikelihoodForm Of(OnnxGraph graph, VaeModel model) => model.Architecture.Likelihood.Accept(new LikelihoodNodes(graph, model.FeatureCount, model.LikelihoodParameters.ToArray()));

    public override LikelihoodForm Visit(SquaredErrorLikelihood likelihood) => new QuadraticNodes(graph, null, features, likelihood.Weight);

    public override LikelihoodForm Visit(GaussianLikelihood likelihood) => new QuadraticNodes(graph, HalfPrecision(likelihood), features, MetricWeight.None);

    public override LikelihoodForm Visit(StudentTLikelihood likelihood) => new StudentTNodes(graph, likelihood, parameters);

    public override LikelihoodForm Visit(BernoulliLikelihood likelihood) => new BernoulliNodes(graph, features);

    public override LikelihoodForm Visit(CategoricalLikelihood likelihood) => new CategoricalNodes(graph, likelihood, features);

    public override LikelihoodForm Visit(SsimLikelihood likelihood) => new SsimNodes(graph, likelihood);

    public override LikelihoodForm Visit(NegativeBinomialLikelihood likelihood) => new NegativeBinomialNodes(graph, parameters);

    public override LikelihoodForm Visit(MixedLikelihood likelihood) => new MixedNodes(
        graph, [.. likelihood.Places.Select(p => (p, p.Likelihood.Accept(new LikelihoodNodes(graph, p.Count, p.Own(parameters).ToArray()))))]);

    public override LikelihoodForm VisitOther(Likelihood likelihood) =>
        throw new NotSupportedException($"ONNX export: the likelihood {likelihood.Name} cannot be expressed; it is not one of the library's.");

    private double[] HalfPrecision(GaussianLikelihood gaussian) =>
        gaussian.FixedVariance is { } v ? [.. Enumerable.Repeat(0.5 / v, features)] : [.. parameters.Select(p => 0.5 * Math.Exp(-p))];
}
