using Element = Microsoft.ML.Vae.Core.OnnxMessages.TensorMessage.Types.Element;

namespace Microsoft.ML.Vae.Core;

/// <summary>What <see cref="VaeScorer"/> computes, as ONNX nodes. Each property is built when it is first asked for, so that nothing unused is in the graph.</summary>
/// <remarks>Single and double precision where they are single and double there: an extreme row then overflows in neither or in both.</remarks>
internal sealed class ScoringNodes(OnnxGraph graph, VaeModel model, LossEstimator estimator, int activeLatents, string features)
{
    private readonly LikelihoodNodes _likelihood = new(graph, model);
    private readonly ParameterLayout _layout = model.Parameters.Layout;
    private readonly int _m = model.FeatureCount, _n = model.LatentDimension;

    /// <summary>[N, 1]: whether a row holds neither NaN nor infinity.</summary>
    public string IsFinite => field ??= AllFinite();

    /// <summary>μ, [N, n].</summary>
    public string Mean => field ??= graph.Slice(Head, 0, _n);

    /// <summary>log σ², [N, n], within its bounds.</summary>
    public string LogVariance => field ??= graph.Node(
        "Clip", graph.Slice(Head, _n, 2 * _n), graph.Scalar(DiagonalGaussian.MinimumLogVariance), graph.Scalar(DiagonalGaussian.MaximumLogVariance));

    /// <summary>x̆ in the unit of the raw features, [N, m].</summary>
    public string Reconstruction => field ??= graph.Node("Add", graph.Node("Div", ScaledReconstruction, Factors), Offsets);

    /// <summary>a_x E[Dᵢ], [N, m], double.</summary>
    public string FeatureLoss => field ??= Finite(Charged(RowWeight is null ? Distortion : graph.Node("Mul", RowWeight, Distortion)), float.MaxValue);

    /// <summary>β KLⱼ, [N, n], double.</summary>
    public string LatentLoss => field ??= Finite(graph.Node("Mul", graph.Scalar(model.KlWeight), Kl()), float.MaxValue);

    /// <summary>L_x, [N, 1], double.</summary>
    public string ExactLoss => field ??= Finite(graph.Node("Add", graph.SumLast(FeatureLoss), graph.SumLast(LatentLoss)), float.MaxValue);

    /// <summary>L_x/β before it becomes a single, [N, 1], double.</summary>
    public string ExactScore => field ??= PerKlWeight(ExactLoss);

    /// <summary>a where G_x = a·I, else 1; [N, 1].</summary>
    public string MetricScale => field ??= ToSingle(RowWeight ?? graph.Scalar(FixedScale));

    /// <summary>Score, [N, 1].</summary>
    public string Score => field ??= ToSingle(ExactScore);

    /// <summary>log p(x), [N, 1].</summary>
    public string LogDensity => field ??= ToSingle(BuildLogDensity());

    /// <summary>a_x E[Dᵢ]/β, [N, m].</summary>
    public string FeatureContributions => field ??= ToSingle(PerKlWeight(FeatureLoss));

    /// <summary>KLⱼ, [N, n].</summary>
    public string LatentContributions => field ??= ToSingle(PerKlWeight(LatentLoss));

    private string Offsets => field ??= graph.Constant(OnnxNames.ScalingOffsets, model.Scaling.Offsets, _m);

    private string Factors => field ??= graph.Constant(OnnxNames.ScalingFactors, model.Scaling.Factors, _m);

    private string Unclamped => field ??= graph.Node("Mul", graph.Node("Sub", features, Offsets), Factors);

    private string Scaled => field ??= IsBernoulli ? graph.Node("Clip", Unclamped, graph.Scalar(0f), graph.Scalar(1f)) : Unclamped;

    private bool IsBernoulli => model.Architecture.Likelihood is BernoulliLikelihood;

    private string Head => field ??= NetworkNodes.Forward(graph, model.Parameters, _layout.Encoder, Scaled)[^1];

    private IReadOnlyList<string> AtMean => field ??= NetworkNodes.Forward(graph, model.Parameters, _layout.Decoder, Mean);

    private string ScaledReconstruction => field ??= NetworkNodes.Apply(graph, model.Architecture.Likelihood.Link, AtMean[^1]);

    private double FixedScale => (model.Architecture.Likelihood as GaussianLikelihood)?.MetricScale([]) ?? 1;

    private string? RowWeight => field ??= _likelihood.RowWeight(Scaled);

    private string Distortion => field ??= estimator.Draws == 0 ? AnalyticDistortion() : SampledDistortion();

    /// <summary>NaN where the row holds NaN or infinity; single precision.</summary>
    public string NanUnlessFinite(string value) => graph.Node("Where", IsFinite, value, graph.Scalar(float.NaN));

    /// <summary>As a Single column stores it: finite, unless the row is not.</summary>
    public string ToSingle(string value) => NanUnlessFinite(
        graph.Cast(graph.Node("Clip", value, graph.Scalar((double)float.MinValue), graph.Scalar((double)float.MaxValue)), Element.Single));

    // A comparison with the largest single is false for NaN and infinity alike.
    private string AllFinite()
    {
        string each = graph.Node("LessOrEqual", graph.Node("Abs", features), graph.Scalar(float.MaxValue));
        string finiteCount = graph.SumLast(graph.Cast(each, Element.Single));
        return graph.Node("Equal", finiteCount, graph.Scalar((float)_m));
    }

    // z = μ + σ ε for the fixed draws, all through the decoder at once.
    private string SampledDistortion()
    {
        int draws = estimator.Draws;
        string noise = graph.Constant<float>(OnnxNames.Noise, estimator.Noise(_n), draws, _n);
        string deviation = graph.Node("Exp", graph.Node("Mul", graph.Scalar(0.5f), LogVariance));
        string spread = graph.Node("Mul", graph.Reshape(deviation, 0, 1, _n), noise);
        string latent = graph.Reshape(graph.Node("Add", graph.Reshape(Mean, 0, 1, _n), spread), -1, _n);
        string outputs = NetworkNodes.Forward(graph, model.Parameters, _layout.Decoder, latent)[^1];
        return _likelihood.SampledDistortion(graph.Reshape(Scaled, 0, 1, _m), graph.Reshape(outputs, -1, draws, _m), draws);
    }

    // D(x, x̆) + Σⱼ σⱼ² x_μⱼᵀ G_x x_μⱼ, feature by feature.
    private string AnalyticDistortion()
    {
        string jacobian = NetworkNodes.Jacobian(graph, model.Parameters, _layout.Decoder, AtMean);
        if (NetworkNodes.Slope(graph, model.Architecture.Likelihood.Link, ScaledReconstruction) is { } slope)
            jacobian = graph.Node("Mul", graph.Reshape(slope, 0, _m, 1), jacobian);
        string tangents = graph.Cast(jacobian, Element.Double);
        string variance = graph.Node("Exp", graph.Cast(graph.Reshape(LogVariance, 0, 1, _n), Element.Double));
        string spread = graph.Reshape(graph.SumLast(graph.Node("Mul", variance, graph.Node("Mul", tangents, tangents))), 0, _m);
        string atMean = _likelihood.DistortionAt(graph.Cast(Scaled, Element.Double), graph.Cast(AtMean[^1], Element.Double));
        return graph.Node("Add", atMean, graph.Node("Mul", spread, _likelihood.Metric(graph.Cast(ScaledReconstruction, Element.Double))));
    }

    // As UnitRange charges what lies beyond [0, 1].
    private string Charged(string distortion)
    {
        if (!IsBernoulli) return distortion;
        string excess = graph.Node("Sub", graph.Cast(Unclamped, Element.Double), graph.Cast(Scaled, Element.Double));
        return graph.Node("Add", distortion, graph.Node("Mul", graph.Scalar(UnitRange.Charge), graph.Node("Mul", excess, excess)));
    }

    // ½(μ² + σ² − 1 − log σ²)
    private string Kl()
    {
        string mean = graph.Cast(Mean, Element.Double), logVariance = graph.Cast(LogVariance, Element.Double);
        string excess = graph.Node("Sub", graph.Node("Sub", graph.Node("Exp", logVariance), graph.Scalar(1.0)), logVariance);
        string sum = graph.Node("Add", graph.Node("Mul", mean, mean), graph.Node("Max", excess, graph.Scalar(0.0)));
        return graph.Node("Mul", graph.Scalar(0.5), sum);
    }

    private string BuildLogDensity()
    {
        double constant = IsometricDensity.ToInputDensity(IsometricDensity.FromLoss(0, activeLatents, model.KlWeight), FixedScale, activeLatents);
        string density = graph.Node("Sub", graph.Scalar(constant), ExactScore);
        if (RowWeight is null || activeLatents == 0) return density;
        return graph.Node("Add", density, graph.Node("Mul", graph.Scalar(0.5 * activeLatents), graph.Node("Log", RowWeight)));
    }

    private string PerKlWeight(string loss) => graph.Node("Div", loss, graph.Scalar(model.KlWeight));

    // What overflowed is as anomalous as a row can be, not undefined.
    private string Finite(string value, double otherwise)
    {
        string isFinite = graph.Node("LessOrEqual", graph.Node("Abs", value), graph.Scalar(double.MaxValue));
        return graph.Node("Where", isFinite, value, graph.Scalar(otherwise));
    }
}
