namespace Microsoft.ML.Vae.Core.Tests.Support;

/// <summary>Every kind of part by a name that shows in test names.</summary>
internal static class Parts
{
    public const int ImageSide = 12;

    public static IReadOnlyDictionary<string, Likelihood> Likelihoods { get; } = new Dictionary<string, Likelihood>
    {
        ["squared"] = SquaredErrorLikelihood.Unweighted,
        ["squared, downward convex"] = new SquaredErrorLikelihood(new MetricWeight(2.0 / 3, 2.0 / 21, false)),
        ["squared, upward convex"] = new SquaredErrorLikelihood(new MetricWeight(2.0 / 3, 2.0 / 21, true)),
        ["gaussian"] = GaussianLikelihood.WithVariance(0.3),
        ["learned variance"] = GaussianLikelihood.LearnedVariance,
        ["student t"] = StudentTLikelihood.With(3.5),
        ["bernoulli"] = BernoulliLikelihood.Instance,
        ["negative binomial"] = NegativeBinomialLikelihood.Instance,
    };

    public static IReadOnlyDictionary<string, Bound> Bounds { get; } = new Dictionary<string, Bound>
    {
        ["evidence"] = Bound.Evidence,
        ["split"] = Bound.Split,
        ["evidence of 3"] = Bound.EvidenceOf(3),
        ["importance-weighted of 3"] = Bound.ImportanceWeighted(3),
        ["Rényi .5 of 2"] = Bound.Renyi(0.5, 2),
        ["Rényi 2 of 2"] = Bound.Renyi(2, 2),
        ["maximum of 3"] = Bound.Maximum(3),
    };

    public static IReadOnlyDictionary<string, Prior> Priors { get; } = new Dictionary<string, Prior>
    {
        ["standard normal"] = StandardNormalPrior.Instance,
        ["mixture"] = new MixturePrior(3),
        ["vamp"] = new VampPrior(2),
    };

    /// <summary>Likelihoods whose blocks depend on the number of features.</summary>
    public static IReadOnlyList<string> Blockwise { get; } = ["categorical", "mixed"];

    /// <summary>The likelihood for so many features; categories take blocks of two and the rest, slots hold one kind after another.</summary>
    public static Likelihood Likelihood(string name, int features) => name switch
    {
        "categorical" when features > 2 => new CategoricalLikelihood(2, features - 2),
        "categorical" => new CategoricalLikelihood(features),
        "mixed" when features == 1 => new MixedLikelihood(new LikelihoodSlot(NegativeBinomialLikelihood.Instance, 1)),
        "mixed" when features < 4 => new MixedLikelihood(new LikelihoodSlot(GaussianLikelihood.LearnedVariance, 1), new LikelihoodSlot(BernoulliLikelihood.Instance, features - 1)),
        "mixed" => new MixedLikelihood([
            new(StudentTLikelihood.With(3.5), 1), new(NegativeBinomialLikelihood.Instance, 1), new(new CategoricalLikelihood(2), 2),
            .. features > 4 ? [new LikelihoodSlot(BernoulliLikelihood.Instance, 1)] : Array.Empty<LikelihoodSlot>(),
            .. features > 5 ? [new LikelihoodSlot(GaussianLikelihood.LearnedVariance, features - 5)] : Array.Empty<LikelihoodSlot>(),
        ]),
        _ => Likelihoods[name],
    };

    /// <summary>A small convolutional VAE over 12 × 12 images, every kind of layer in it.</summary>
    public static VaeArchitecture Convolutional(Likelihood likelihood, Activation activation = Activation.Silu, int latents = 2) => new()
    {
        Encoder = Network.Of(Shape.Image(ImageSide, ImageSide)).Then(new Convolution(3, 3, 2), activation).Then(new Convolution(2, 5, 3), activation).Then(new Dense(5), activation),
        Decoder = Network.Of(Shape.Vector(latents)).Then(new Dense(4 * 4 * 2), activation).Then(new Reshape(Shape.Image(4, 4, 2)))
            .Then(new TransposedConvolution(3, 3, 3), activation).Then(new TransposedConvolution(1, 3)),
        Likelihood = likelihood,
    };
}
