using Element = Microsoft.ML.Vae.Core.OnnxMessages.TensorMessage.Types.Element;

namespace Microsoft.ML.Vae.Core;

/// <summary>The terms of a likelihood as ONNX nodes: what <see cref="Likelihood"/> computes row by row.</summary>
/// <param name="graph">Receives the nodes.</param>
/// <param name="model">Its likelihood must be one of ours.</param>
internal sealed class LikelihoodNodes(OnnxGraph graph, VaeModel model)
{
    // As BernoulliLikelihood.Metric keeps the reconstruction off 0 and 1.
    private const double Margin = 1e-7;

    private string? _halfPrecision;

    /// <summary>Fails before anything is written.</summary>
    /// <exception cref="NotSupportedException">The likelihood has no ONNX form here.</exception>
    public static void Check(Likelihood likelihood)
    {
        if (likelihood is not (SquaredErrorLikelihood or GaussianLikelihood or BernoulliLikelihood))
            throw new NotSupportedException($"ONNX export: the likelihood {likelihood.Name} cannot be expressed; squared error, Gaussian and Bernoulli can.");
    }

    /// <summary>E Dᵢ over the draws, before the weight a_x: [N, m], from scaled features and decoder outputs, [N, 1, m] and [N, K, m], single precision.</summary>
    /// <remarks>Draws are summed in single precision, as <see cref="SampledDistortion"/> sums them: what overflows here overflows there.</remarks>
    public string SampledDistortion(string x, string outputs, int draws)
    {
        bool bernoulli = model.Architecture.Likelihood is BernoulliLikelihood;
        string terms = bernoulli ? graph.Node("Sub", graph.Node("Softplus", outputs), graph.Node("Mul", x, outputs)) : SquareTerms(graph.Node("Sub", outputs, x));
        string sum = graph.SumDraws(terms);
        string mean = graph.Node("Mul", graph.Cast(sum, Element.Double), graph.Scalar(1.0 / draws));
        string distortion = bernoulli ? graph.Node("Max", graph.Node("Add", mean, NegativeEntropy(x)), graph.Scalar(0.0)) : mean;
        string isFinite = graph.Node("LessOrEqual", graph.Node("Abs", sum), graph.Scalar(float.MaxValue));
        return graph.Node("Where", isFinite, distortion, graph.Scalar(double.PositiveInfinity));
    }

    /// <summary>Dᵢ before the weight a_x: [N, m], from scaled features and decoder outputs, [N, m] each, double precision.</summary>
    public string DistortionAt(string x, string output)
    {
        if (model.Architecture.Likelihood is BernoulliLikelihood)
            return graph.Node("Add", graph.Node("Sub", Softplus(output), graph.Node("Mul", x, output)), NegativeEntropy(x));
        string residual = graph.Node("Sub", x, output), square = graph.Node("Mul", residual, residual);
        return model.Architecture.Likelihood is GaussianLikelihood gaussian ? graph.Node("Mul", square, HalfPrecision(gaussian)) : square;
    }

    /// <summary>The diagonal of G_x before the weight a_x, [N, m] or [m], at the reconstruction [N, m].</summary>
    public string Metric(string reconstruction) => model.Architecture.Likelihood switch
    {
        GaussianLikelihood gaussian => HalfPrecision(gaussian),
        BernoulliLikelihood => BernoulliMetric(reconstruction),
        _ => graph.Scalar(1.0),
    };

    /// <summary>a_x, [N, 1] or a scalar, from scaled features [N, m] in single precision; null: 1.</summary>
    public string? RowWeight(string scaled)
    {
        if (model.Architecture.Likelihood is not SquaredErrorLikelihood { Weight: var weight } || weight == MetricWeight.None) return null;
        if (weight.Slope == 0) return graph.Scalar(weight.At([]));
        string x = graph.Cast(scaled, Element.Double), squares = graph.SumLast(graph.Node("Mul", x, x));
        string sum = graph.Node("Add", graph.Scalar(weight.Offset), graph.Node("Mul", graph.Scalar(weight.Slope), squares));
        return weight.Reciprocal ? graph.Node("Div", graph.Scalar(1.0), sum) : sum;
    }

    private string SquareTerms(string residual)
    {
        if (model.Architecture.Likelihood is not GaussianLikelihood gaussian) return graph.Node("Mul", residual, residual);
        return graph.Node("Mul", graph.Node("Mul", graph.Cast(HalfPrecision(gaussian), Element.Single), residual), residual);
    }

    // log(1 + eˣ) without overflow
    private string Softplus(string x)
    {
        string tail = graph.Node("Log", graph.Node("Add", graph.Scalar(1.0), graph.Node("Exp", graph.Node("Neg", graph.Node("Abs", x)))));
        return graph.Node("Add", graph.Node("Max", x, graph.Scalar(0.0)), tail);
    }

    // x log x + (1 − x) log(1 − x), [N, m], double
    private string NegativeEntropy(string x)
    {
        string flat = graph.Cast(graph.Reshape(x, -1, model.FeatureCount), Element.Double);
        return graph.Node("Add", XLogX(flat), XLogX(graph.Node("Sub", graph.Scalar(1.0), flat)));
    }

    private string XLogX(string x)
    {
        string positive = graph.Node("Greater", x, graph.Scalar(0.0));
        string safe = graph.Node("Where", positive, x, graph.Scalar(1.0));
        return graph.Node("Mul", safe, graph.Node("Log", safe));
    }

    private string BernoulliMetric(string reconstruction)
    {
        string v = graph.Node("Clip", reconstruction, graph.Scalar(Margin), graph.Scalar(1 - Margin));
        return graph.Node("Div", graph.Scalar(0.5), graph.Node("Mul", v, graph.Node("Sub", graph.Scalar(1.0), v)));
    }

    // 1/(2 s²), a scalar or [m]
    private string HalfPrecision(GaussianLikelihood gaussian) => _halfPrecision ??= BuildHalfPrecision(gaussian);

    private string BuildHalfPrecision(GaussianLikelihood gaussian)
    {
        if (gaussian.FixedVariance is { } v) return graph.Scalar(0.5 / v);
        string logVariance = graph.Constant(model.Parameters.Layout.Likelihood.Name, model.LikelihoodParameters, model.FeatureCount);
        string precision = graph.Node("Exp", graph.Node("Neg", graph.Cast(logVariance, Element.Double)));
        return graph.Node("Mul", graph.Scalar(0.5), precision);
    }
}
