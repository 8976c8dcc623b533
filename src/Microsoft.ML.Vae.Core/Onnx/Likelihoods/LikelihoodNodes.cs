namespace Microsoft.ML.Vae.Core;

/// <summary>The ONNX form of each likelihood.</summary>
/// <param name="graph">Receives the nodes.</param>
/// <param name="model">Whose likelihood it is.</param>
internal sealed class LikelihoodNodes(OnnxGraph graph, VaeModel model) : LikelihoodVisitor<LikelihoodForm>
{
    /// <summary>The form of a model's likelihood.</summary>
    /// <exception cref="NotSupportedException">It has none; it is named.</exception>
    public static LikelihoodForm Of(OnnxGraph graph, VaeModel model) => model.Architecture.Likelihood.Accept(new LikelihoodNodes(graph, model));

    public override LikelihoodForm Visit(SquaredErrorLikelihood likelihood) => new QuadraticNodes(graph, null, model.FeatureCount, likelihood.Weight);

    public override LikelihoodForm Visit(GaussianLikelihood likelihood) => new QuadraticNodes(graph, HalfPrecision(likelihood), model.FeatureCount, MetricWeight.None);

    public override LikelihoodForm Visit(StudentTLikelihood likelihood) => new StudentTNodes(graph, likelihood, model.LikelihoodParameters.ToArray());

    public override LikelihoodForm Visit(BernoulliLikelihood likelihood) => new BernoulliNodes(graph, model.FeatureCount);

    public override LikelihoodForm Visit(CategoricalLikelihood likelihood) => new CategoricalNodes(graph, likelihood, model.FeatureCount);

    public override LikelihoodForm Visit(SsimLikelihood likelihood) => new SsimNodes(graph, likelihood);

    public override LikelihoodForm VisitOther(Likelihood likelihood) =>
        throw new NotSupportedException($"ONNX export: the likelihood {likelihood.Name} cannot be expressed; it is not one of the library's.");

    private double[] HalfPrecision(GaussianLikelihood gaussian)
    {
        float[] parameters = model.LikelihoodParameters.ToArray();
        return gaussian.FixedVariance is { } v ? [.. Enumerable.Repeat(0.5 / v, model.FeatureCount)] : [.. parameters.Select(p => 0.5 * Math.Exp(-p))];
    }
}
