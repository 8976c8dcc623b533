using Element = Microsoft.ML.Vae.Core.OnnxMessages.TensorMessage.Types.Element;

namespace Microsoft.ML.Vae.Core;

/// <summary>KL(q ‖ p) of each latent before β as nodes, [N, n], double: closed for the standard normal, by the loss's fixed draws for a mixture.</summary>
/// <param name="graph">Receives the nodes.</param>
/// <param name="model">Whose prior it is.</param>
/// <param name="estimator">Its draws.</param>
/// <param name="mean">μ, [N, n], single precision.</param>
/// <param name="logVariance">log σ², [N, n], single precision.</param>
internal sealed class PriorNodes(OnnxGraph graph, VaeModel model, LossEstimator estimator, string mean, string logVariance) : PriorVisitor<string>
{
    private readonly int _n = model.LatentDimension;

    // ½(μ² + σ² − 1 − log σ²)
    public override string Visit(StandardNormalPrior prior)
    {
        string mu = graph.Cast(mean, Element.Double), logVar = graph.Cast(logVariance, Element.Double);
        string excess = graph.Node("Sub", graph.Node("Sub", graph.Node("Exp", logVar), graph.Scalar(1.0)), logVar);
        string sum = graph.Node("Add", graph.Node("Mul", mu, mu), graph.Node("Max", excess, graph.Scalar(0.0)));
        return graph.Node("Mul", graph.Scalar(0.5), sum);
    }

    public override string Visit(MixturePrior prior) => Mixture((GaussianMixture)model.CreatePriorDensity());

    public override string Visit(VampPrior prior) => Mixture((GaussianMixture)model.CreatePriorDensity());

    public override string VisitOther(Prior prior) => throw new NotSupportedException($"ONNX export: the prior {prior.Name} cannot be expressed; it is not one of the library's.");

    // Mean over the draws of log q(zⱼ) − the mixture's term of latent j, as LatentDivergence has it.
    private string Mixture(GaussianMixture mixture)
    {
        var drawn = LatentDivergence.DrawsFor(estimator);
        float[] noise = drawn.Noise(_n);
        string deviation = graph.Node("Exp", graph.Node("Mul", graph.Scalar(0.5f), logVariance));
        string spread = graph.Node("Mul", graph.Reshape(deviation, 0, 1, _n), graph.Constant<float>(noise, drawn.Draws, _n));
        string z = graph.Cast(graph.Node("Add", graph.Reshape(mean, 0, 1, _n), spread), Element.Double);
        double[] logDensityOfNoise = [.. noise.Select(e => -0.5 * (StableMath.Log2Pi + ((double)e * e)))];
        string half = graph.Node("Mul", graph.Scalar(-0.5), graph.Cast(graph.Reshape(logVariance, 0, 1, _n), Element.Double));
        string logPosterior = graph.Node("Add", half, graph.Constant<double>(logDensityOfNoise, drawn.Draws, _n));
        string difference = graph.Node("Sub", logPosterior, Terms(mixture, z));
        return graph.Node("Mul", graph.SumDraws(difference), graph.Scalar(1.0 / drawn.Draws));
    }

    // [N, K, n]: Σ_c r_c log N_c(zⱼ), and the same share of −KL(r ‖ π) for every latent.
    private string Terms(GaussianMixture mixture, string z)
    {
        int components = mixture.Components;
        string offset = graph.Node("Sub", graph.Reshape(z, 0, 0, 1, _n), graph.Constant<double>(mixture.Means, components, _n));
        string square = graph.Node("Mul", graph.Constant<double>([.. mixture.LogVariances.ToArray().Select(v => -0.5 * Math.Exp(-v))], components, _n), graph.Node("Mul", offset, offset));
        double[] constants = [.. mixture.LogVariances.ToArray().Select(v => -0.5 * (StableMath.Log2Pi + v))];
        string logNormals = graph.Node("Add", square, graph.Constant<double>(constants, components, _n));
        string joint = graph.Node("Add", graph.Reshape(graph.SumLast(logNormals), 0, 0, components), graph.Constant<double>(mixture.LogWeights, components));
        string logDensity = graph.Node("ReduceLogSumExp", [joint], OnnxGraph.Integers("axes", -1), OnnxGraph.Integer("keepdims", 1));
        string shares = graph.Reshape(graph.Node("Exp", graph.Node("Sub", joint, logDensity)), 0, 0, components, 1);
        string own = graph.Node("ReduceSum", [graph.Node("Mul", shares, logNormals), graph.Constant([2L], 1)], OnnxGraph.Integer("keepdims", 0));
        string rest = graph.Node("Mul", graph.Node("Sub", logDensity, graph.SumLast(own)), graph.Scalar(1.0 / _n));
        return graph.Node("Add", own, rest);
    }
}
