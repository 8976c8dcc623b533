namespace Microsoft.ML.Vae.Core;

/// <summary>The four parts of a VAE and its two networks, without parameters. Immutable; equal by value.</summary>
public sealed record VaeArchitecture
{
    /// <summary>From the features to what the posterior's head sees; the head, a dense layer, follows by itself.</summary>
    public required Network Encoder { get; init; }

    /// <summary>From the latents to the likelihood's outputs, the last layer included.</summary>
    public required Network Decoder { get; init; }

    /// <summary>q(z|x).</summary>
    public PosteriorForm Posterior { get; init; } = PosteriorForm.Diagonal;

    /// <summary>p(x|z) around the decoder's outputs. One learned variance per feature, so that no β need be chosen.</summary>
    public Likelihood Likelihood { get; init; } = GaussianLikelihood.LearnedVariance;

    /// <summary>p(z).</summary>
    public Prior Prior { get; init; } = StandardNormalPrior.Instance;

    /// <summary>m, the number of features of a row.</summary>
    public int FeatureCount => Encoder.Input.Length;

    /// <summary>n, the number of latent coordinates.</summary>
    public int LatentDimension => Decoder.Input.Length;

    /// <summary>Dense networks, the decoder's widths the encoder's reversed; tanh, smooth, so that densities and geometry exist everywhere.</summary>
    public static VaeArchitecture Mirrored(int featureCount, int latentDimension, params IReadOnlyList<int> widths) =>
        Mirrored(featureCount, latentDimension, widths, Activation.Tanh, GaussianLikelihood.LearnedVariance);

    /// <summary>Dense networks, the decoder's widths the encoder's reversed.</summary>
    public static VaeArchitecture Mirrored(int featureCount, int latentDimension, IReadOnlyList<int> widths, Activation hidden, Likelihood likelihood) =>
        Dense(featureCount, latentDimension, widths, [.. widths.Reverse()], hidden, likelihood);

    /// <summary>Dense networks of any widths.</summary>
    /// <param name="featureCount">m.</param>
    /// <param name="latentDimension">n.</param>
    /// <param name="encoderWidths">Hidden widths from the features inwards; may be empty.</param>
    /// <param name="decoderWidths">Hidden widths from the latents outwards; may be empty.</param>
    /// <param name="hidden">Activation of all hidden layers.</param>
    /// <param name="likelihood">p(x|z).</param>
    /// <param name="output">Activation of the decoder's last layer.</param>
    public static VaeArchitecture Dense(
        int featureCount, int latentDimension, IReadOnlyList<int> encoderWidths, IReadOnlyList<int> decoderWidths, Activation hidden, Likelihood likelihood, Activation output = Activation.Linear)
    {
        ArgumentNullException.ThrowIfNull(likelihood);
        return new VaeArchitecture
        {
            Encoder = Network.Mlp(featureCount, encoderWidths, hidden),
            Decoder = Network.Mlp(latentDimension, decoderWidths, hidden).Then(new Dense(likelihood.OutputCount(featureCount)), output),
            Likelihood = likelihood,
        };
    }

    /// <summary>Strided convolutions down to a few pixels, and their mirror image back: each halves the image, its kernel 3 × 3.</summary>
    /// <param name="image">Shape of a row; sides that halve evenly as often as there are layers.</param>
    /// <param name="latentDimension">n.</param>
    /// <param name="channels">Channels after each convolution.</param>
    /// <param name="hidden">Activation of all hidden layers.</param>
    /// <param name="likelihood">p(x|z).</param>
    /// <exception cref="ArgumentException">The sides do not halve evenly.</exception>
    public static VaeArchitecture Convolutional(Shape image, int latentDimension, IReadOnlyList<int> channels, Activation hidden, Likelihood likelihood)
    {
        ArgumentNullException.ThrowIfNull(channels);
        ArgumentNullException.ThrowIfNull(likelihood);
        const int Kernel = 3, Stride = 2;
        int cut = 1 << channels.Count;
        if (image.Height % cut != 0 || image.Width % cut != 0) throw new ArgumentException($"{channels.Count} halvings need sides that are multiples of {cut}, but the image is {image}.", nameof(image));
        var encoder = channels.Aggregate(Network.Of(image), (network, c) => network.Then(new Convolution(c, Kernel, Stride), hidden));
        var decoder = Network.Of(Shape.Vector(latentDimension)).Then(new Dense(encoder.Output.Length), hidden).Then(new Reshape(encoder.Output));
        foreach (int c in channels.SkipLast(1).Reverse()) decoder = decoder.Then(new TransposedConvolution(c, Kernel, Stride), hidden);
        return new VaeArchitecture { Encoder = encoder, Decoder = decoder.Then(new TransposedConvolution(image.Channels, Kernel, Stride)), Likelihood = likelihood };
    }

    /// <summary>Checks that the parts fit each other.</summary>
    /// <exception cref="ArgumentException">A size is out of range, or two parts do not fit; they are named.</exception>
    public VaeArchitecture Validated()
    {
        Encoder.Validated();
        Decoder.Validated();
        if (!Decoder.Input.IsVector) throw new ArgumentException($"The decoder's input must be a vector of latents, but is {Decoder.Input}.");
        int outputs = Likelihood.OutputCount(FeatureCount);
        if (Decoder.Output.Length != outputs)
            throw new ArgumentException($"The {Likelihood.Name} likelihood of {FeatureCount} features needs {outputs} decoder outputs, but the decoder yields {Decoder.Output}.");
        if (Likelihood.Mean(FeatureCount) is not null && Decoder.Layers[^1] is Elementwise { Activation: var last })
            throw new ArgumentException($"The {Likelihood.Name} likelihood turns the decoder's outputs into means by itself: the last layer must be linear, but is {last}.");
        Likelihood.Validate(Encoder.Input);
        if (!Enum.IsDefined(Posterior)) throw new ArgumentOutOfRangeException(nameof(Posterior), Posterior, "Expected one of the named forms.");
        return this;
    }
}
