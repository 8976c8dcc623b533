namespace Microsoft.ML.Vae.Core.Tests.Support;

/// <summary>x = W z + noise with WᵀW diagonal: a linear VAE whose encoder is the exact posterior, so that every formula has an exact answer.</summary>
/// <remarks>μ = (WᵀW + s²)⁻¹Wᵀx, σⱼ² = s²/(wⱼ² + s²); −ELBO = −log p(x).</remarks>
internal sealed class LinearGaussian
{
    private static readonly System.Text.Json.JsonElement Json = Oracle.Read("closed_forms").GetProperty("linear");

    public LinearGaussian()
    {
        (Variance, W, Rows) = (Json.Number("variance"), Json.Singles("w"), Json.Singles("x"));
        (LogMarginal, LogPlane) = (Json.Doubles("log_marginal"), Json.Doubles("log_plane"));
        PosteriorVariance = Json.Doubles("posterior_variance");
    }

    public const int Features = 5, Latents = 2;

    public double Variance { get; }

    public float[] W { get; }

    /// <summary>Six rows; the first three lie on the plane, the others near it.</summary>
    public float[] Rows { get; }

    /// <summary>log N(x; 0, WWᵀ + s²I), by SciPy.</summary>
    public double[] LogMarginal { get; }

    /// <summary>log p of the first rows per unit area of the plane, s → 0.</summary>
    public double[] LogPlane { get; }

    public double[] PosteriorVariance { get; }

    /// <summary>The same optimum as a Gaussian of variance s² with β = 1, or as a squared error with β = 2s².</summary>
    /// <param name="squaredError">Which of the two.</param>
    /// <param name="widening">Factor of the encoder's variances; 1: the exact posterior.</param>
    public VaeModel Model(bool squaredError = false, double widening = 1)
    {
        Likelihood likelihood = squaredError ? SquaredErrorLikelihood.Unweighted : GaussianLikelihood.WithVariance(Variance);
        var architecture = TestModels.Architecture(Features, Latents, likelihood, Activation.Linear, [], []);
        var layout = new ParameterLayout(architecture);
        var values = new float[layout.Length];
        Json.Singles("encoder").CopyTo(values, layout.Encoder[0].Weight.Offset);
        for (int j = 0; j < Latents; j++) values[layout.Encoder[0].Bias.Offset + Latents + j] = (float)Math.Log(widening * PosteriorVariance[j]);
        W.CopyTo(values, layout.Decoder[0].Weight.Offset);
        return new VaeModel(architecture, new VaeParameters(layout, values), squaredError ? 2 * Variance : 1);
    }

    /// <summary>The Gaussian model with one latent more, whose posterior is the prior and which the decoder ignores.</summary>
    public VaeModel WithCollapsedLatent()
    {
        const int More = Latents + 1;
        var source = Model();
        var architecture = TestModels.Architecture(Features, More, source.Architecture.Likelihood, Activation.Linear, [], []);
        var layout = new ParameterLayout(architecture);
        var values = new float[layout.Length];
        Json.Singles("encoder").CopyTo(values, layout.Encoder[0].Weight.Offset);
        for (int j = 0; j < Latents; j++) values[layout.Encoder[0].Bias.Offset + More + j] = (float)Math.Log(PosteriorVariance[j]);
        for (int i = 0; i < Features; i++) W.AsSpan(i * Latents, Latents).CopyTo(values.AsSpan(layout.Decoder[0].Weight.Offset + (i * More)));
        return new VaeModel(architecture, new VaeParameters(layout, values), source.KlWeight);
    }

    public VaeScorer Score(VaeModel model, LossEstimator estimator)
    {
        var scorer = new VaeScorer(model, Rows.Length / Features, estimator);
        scorer.Score(Rows, Rows.Length / Features, VaeOutputs.Loss | VaeOutputs.Volume);
        return scorer;
    }
}
