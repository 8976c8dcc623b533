using Element = Microsoft.ML.Vae.Core.OnnxMessages.TensorMessage.Types.Element;

namespace Microsoft.ML.Vae.Core;

/// <summary>What <see cref="VaeScorer"/> computes, as ONNX nodes. Each property is built when it is first asked for, so that nothing unused is in the graph.</summary>
/// <remarks>Single and double precision where they are single and double there: an extreme row then overflows in neither or in both.</remarks>
internal sealed class ScoringNodes(OnnxGraph graph, VaeModel model, LossEstimator estimator, string features)
{
    private readonly LikelihoodForm _likelihood = LikelihoodNodes.Of(graph, model);
    private readonly NetworkNodes _networks = new(graph, model.Parameters);
    private readonly bool[] _isUnit = model.Architecture.Likelihood.UnitFeatures(model.FeatureCount);
    private readonly ParameterLayout _layout = model.Parameters.Layout;
    private readonly int _m = model.FeatureCount, _n = model.LatentDimension;

    /// <summary>[N, 1]: whether a row can be judged: no infinity, and no NaN, or something beside it where NaN is a missing value.</summary>
    public string IsFinite => field ??= AllFinite();

    /// <summary>μ, [N, n].</summary>
    public string Mean => field ??= graph.Slice(Head, 0, _n);

    /// <summary>log σ², [N, n], within its bounds.</summary>
    public string LogVariance => field ??= graph.Node(
        "Clip", Spread(graph.Slice(Head, _n, _layout.Head.Output.Length)), graph.Scalar(DiagonalGaussian.MinimumLogVariance), graph.Scalar(DiagonalGaussian.MaximumLogVariance));

    /// <summary>x̆ in the unit of the raw features, [N, m].</summary>
    public string Reconstruction => field ??= graph.Node("Add", graph.Node("Div", ScaledReconstruction, Factors), Offsets);

    /// <summary>a_x E[Dᵢ], [N, m], double.</summary>
    public string FeatureLoss => field ??= Observed(Finite(Charged(RowWeight is null ? Distortion : graph.Node("Mul", RowWeight, Distortion))));

    /// <summary>β KLⱼ, [N, n], double.</summary>
    public string LatentLoss => field ??= Finite(graph.Node("Mul", graph.Scalar(model.KlWeight), model.Architecture.Prior.Accept(new PriorNodes(graph, model, estimator, Mean, LogVariance))));

    /// <summary>L_x, [N, 1], double.</summary>
    public string ExactLoss => field ??= Finite(graph.Node("Add", Completed(graph.SumLast(FeatureLoss)), graph.SumLast(LatentLoss)));

    /// <summary>L_x/β before it becomes a single, [N, 1], double.</summary>
    public string ExactScore => field ??= PerKlWeight(ExactLoss);

    /// <summary>Log volume ratio to the raw features, [N, 1] or a scalar, double.</summary>
    public string LogVolumeRatio => field ??= Volume.Ratio(isRaw: true, () => Jacobian, () => ScaledReconstruction);

    /// <summary>The same to the scaled features.</summary>
    public string ScaledLogVolumeRatio => field ??= Volume.Ratio(isRaw: false, () => Jacobian, () => ScaledReconstruction);

    /// <summary>Score, [N, 1].</summary>
    public string Score => field ??= ToSingle(ExactScore);

    /// <summary>log p(x) per unit volume of the raw features, [N, 1].</summary>
    public string LogDensity => field ??= ToSingle(graph.Node(
        "Add", graph.Node("Sub", graph.Scalar(IsometricDensity.FromLoss(0, model.ActiveLatents.Count, model.KlWeight)), ExactScore), LogVolumeRatio));

    /// <summary>a_x E[Dᵢ]/β, [N, m].</summary>
    public string FeatureContributions => field ??= ToSingle(PerKlWeight(FeatureLoss));

    /// <summary>KLⱼ, [N, n].</summary>
    public string LatentContributions => field ??= ToSingle(PerKlWeight(LatentLoss));

    private string Offsets => field ??= graph.Constant(OnnxNames.ScalingOffsets, model.Scaling.Offsets, _m);

    private string Factors => field ??= graph.Constant(OnnxNames.ScalingFactors, model.Scaling.Factors, _m);

    private string Unclamped => field ??= Present(graph.Node("Mul", graph.Node("Sub", features, Offsets), Factors));

    private bool IsMasked => model.Missing is not null;

    // [N, m]: which values are missing; features that share outputs are missing together.
    private string IsMissing => field ??= MissingFeatures();

    /// <summary>Features as the encoder sees them, missing ones imputed, [N, m].</summary>
    public string Scaled => field ??= Imputed(_isUnit.Contains(true) ? Clamped() : Unclamped);

    private string Head => field ??= _networks.Forward(_layout.Encoder, Scaled)[^1];

    // What goes into each layer up to the mean, and the mean.
    private IReadOnlyList<string> AtMean => field ??= _networks.Forward(_layout.MeanDecoder, Mean);

    private string OutputAtMean => AtMean[_layout.Decoder.Count];

    private string ScaledReconstruction => AtMean[^1];

    private string Jacobian => field ??= _networks.Jacobian(_layout.MeanDecoder, AtMean);

    private VolumeNodes Volume => field ??= new VolumeNodes(graph, model, _likelihood, RowWeight);

    private string? RowWeight => field ??= _likelihood.RowWeight(Scaled);

    // Dᵢ(x, x̆)
    private string Transform => field ??= _likelihood.Distortion(graph.Cast(Scaled, Element.Double), graph.Cast(OutputAtMean, Element.Double));

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
        if (!IsMasked) return graph.Node("Equal", finiteCount, graph.Scalar((float)_m));
        string missingCount = graph.SumLast(graph.Cast(graph.Node("IsNaN", features), Element.Single));
        string isOneOrOther = graph.Node("Equal", graph.Node("Add", finiteCount, missingCount), graph.Scalar((float)_m));
        return graph.Node("And", isOneOrOther, graph.Node("Greater", finiteCount, graph.Scalar(0f)));
    }

    /// <summary>1 where a feature belongs to a source column, [m, columns], double.</summary>
    public string Membership()
    {
        var isMember = new double[_m * model.Columns.Count];
        for (int c = 0; c < model.Columns.Count; c++)
            for (int i = model.Columns[c].First; i < model.Columns[c].First + model.Columns[c].Length; i++) isMember[(i * model.Columns.Count) + c] = 1;
        return graph.Constant<double>(isMember, _m, model.Columns.Count);
    }

    private string MissingFeatures()
    {
        string each = graph.Node("IsNaN", features);
        var likelihood = model.Architecture.Likelihood;
        if (Enumerable.Range(0, _m).All(i => likelihood.BlockOf(i).Length == 1)) return each;
        var together = new float[_m * _m];
        for (int i = 0; i < _m; i++) together.AsSpan((i * _m) + likelihood.BlockOf(i).First, likelihood.BlockOf(i).Length).Fill(1);
        return graph.Node("Greater", graph.Node("MatMul", graph.Cast(each, Element.Single), graph.Constant<float>(together, _m, _m)), graph.Scalar(0f));
    }

    private string Present(string scaled) => IsMasked ? graph.Node("Where", IsMissing, graph.Scalar(0f), scaled) : scaled;

    // Missing values become what is reconstructed in their place, some times over.
    private string Imputed(string scaled)
    {
        for (int round = 0; round < (model.Missing?.Rounds ?? 0); round++)
        {
            string mean = graph.Slice(_networks.Forward(_layout.Encoder, scaled)[^1], 0, _n);
            scaled = graph.Node("Where", IsMissing, _networks.Forward(_layout.MeanDecoder, mean)[^1], scaled);
        }
        return scaled;
    }

    /// <summary>0 where a value is missing; double.</summary>
    public string Observed(string loss) => IsMasked ? graph.Node("Where", IsMissing, graph.Scalar(0.0), loss) : loss;

    // What is missing costs what it costs on average.
    private string Completed(string loss)
    {
        if (!IsMasked) return loss;
        string costs = graph.Constant<double>([.. model.Missing!.Costs.Select(c => (double)c)], _m);
        return graph.Node("Add", loss, graph.SumLast(graph.Node("Where", IsMissing, costs, graph.Scalar(0.0))));
    }

    // z = μ + σ ε for the fixed draws, all through the decoder at once.
    private string SampledDistortion()
    {
        int draws = estimator.Draws;
        string noise = graph.Constant<float>(OnnxNames.Noise, estimator.Noise(_n), draws, _n);
        string deviation = graph.Node("Exp", graph.Node("Mul", graph.Scalar(0.5f), LogVariance));
        string spread = graph.Node("Mul", graph.Reshape(deviation, 0, 1, _n), noise);
        string latent = graph.Reshape(graph.Node("Add", graph.Reshape(Mean, 0, 1, _n), spread), -1, _n);
        string outputs = _networks.Forward(_layout.Decoder, latent)[^1];
        string target = model.Bound.IsSplit ? ScaledReconstruction : Scaled;
        string sampled = _likelihood.SampledDistortion(target, graph.Reshape(target, 0, 1, _m), graph.Reshape(outputs, -1, draws, _layout.Decoder[^1].Output.Length), draws);
        return model.Bound.IsSplit ? graph.Node("Add", Transform, sampled) : sampled;
    }

    // D(x, x̆) + Σⱼ σⱼ² tⱼ G tⱼ, feature by feature.
    private string AnalyticDistortion()
    {
        string tangents = graph.Reshape(graph.Cast(Jacobian, Element.Double), -1, _m, _n);
        string variance = graph.Node("Exp", graph.Cast(graph.Reshape(LogVariance, 0, 1, _n), Element.Double));
        string product = _likelihood.Metric(graph.Cast(ScaledReconstruction, Element.Double), tangents);
        string spread = graph.Reshape(graph.SumLast(graph.Node("Mul", variance, graph.Node("Mul", tangents, product))), 0, _m);
        return graph.Node("Add", Transform, spread);
    }

    // One log-variance of an isotropic posterior serves all latents.
    private string Spread(string logVariances) => _layout.Head.Output.Length == 2 * _n ? logVariances : graph.Node("Expand", logVariances, graph.Constant<long>([1, _n], 2));

    // Features that must lie in [0, 1] are brought there.
    private string Clamped()
    {
        string clipped = graph.Node("Clip", Unclamped, graph.Scalar(0f), graph.Scalar(1f));
        if (!_isUnit.Contains(false)) return clipped;
        string isUnit = graph.Cast(graph.Constant<float>([.. _isUnit.Select(u => u ? 1f : 0f)], _m), Element.Bool);
        return graph.Node("Where", isUnit, clipped, Unclamped);
    }

    // As UnitRange charges what lies beyond [0, 1].
    private string Charged(string distortion)
    {
        if (!_isUnit.Contains(true)) return distortion;
        string excess = graph.Node("Sub", graph.Cast(Unclamped, Element.Double), graph.Cast(Scaled, Element.Double));
        return graph.Node("Add", distortion, graph.Node("Mul", graph.Scalar(UnitRange.Charge), graph.Node("Mul", excess, excess)));
    }

    private string PerKlWeight(string loss) => graph.Node("Div", loss, graph.Scalar(model.KlWeight));

    // What overflowed is as anomalous as a row can be, not undefined.
    private string Finite(string value)
    {
        string isFinite = graph.Node("LessOrEqual", graph.Node("Abs", value), graph.Scalar(double.MaxValue));
        return graph.Node("Where", isFinite, value, graph.Scalar((double)float.MaxValue));
    }
}
