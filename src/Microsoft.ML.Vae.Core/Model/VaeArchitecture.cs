namespace Microsoft.ML.Vae.Core;

/// <summary>The shape of a VAE: sizes, activations, likelihood. Immutable; equal by value.</summary>
public sealed record VaeArchitecture
{
    /// <summary>m, the number of features of a row.</summary>
    public required int FeatureCount { get; init; }

    /// <summary>n, the number of latent coordinates.</summary>
    public required int LatentDimension { get; init; }

    /// <summary>Widths of the encoder's hidden layers, from the features inwards; may be empty.</summary>
    public IReadOnlyList<int> EncoderWidths { get; init; } = [256, 256];

    /// <summary>Widths of the decoder's hidden layers, from the latents outwards; may be empty.</summary>
    public IReadOnlyList<int> DecoderWidths { get; init; } = [256, 256];

    /// <summary>Non-linearity of all hidden layers. Tanh: smooth, so that densities and geometry exist everywhere.</summary>
    public Activation HiddenActivation { get; init; } = Activation.Tanh;

    /// <summary>Non-linearity of the decoder's last layer, before the likelihood's own link.</summary>
    public Activation OutputActivation { get; init; } = Activation.Linear;

    /// <summary>p(x|z) around the decoder's output.</summary>
    public Likelihood Likelihood { get; init; } = GaussianLikelihood.LearnedVariance;

    /// <summary>A mirrored network: the decoder's widths are the encoder's, reversed.</summary>
    public static VaeArchitecture Mirrored(int featureCount, int latentDimension, params int[] widths) => new()
    {
        FeatureCount = featureCount,
        LatentDimension = latentDimension,
        EncoderWidths = widths,
        DecoderWidths = [.. Enumerable.Reverse(widths)],
    };

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is below one.</exception>
    public VaeArchitecture Validated()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(FeatureCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(LatentDimension);
        foreach (int width in EncoderWidths.Concat(DecoderWidths)) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width, "hidden width");
        if (Likelihood.Link != Activation.Linear && OutputActivation != Activation.Linear)
            throw new ArgumentException($"The {Likelihood.Name} likelihood works on logits: OutputActivation must be Linear, but is {OutputActivation}.");
        return this;
    }

    /// <inheritdoc/>
    public bool Equals(VaeArchitecture? other) => other is not null
        && (FeatureCount, LatentDimension, HiddenActivation, OutputActivation) == (other.FeatureCount, other.LatentDimension, other.HiddenActivation, other.OutputActivation)
        && EncoderWidths.SequenceEqual(other.EncoderWidths) && DecoderWidths.SequenceEqual(other.DecoderWidths) && Likelihood.Equals(other.Likelihood);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(FeatureCount, LatentDimension, HiddenActivation, OutputActivation, EncoderWidths.Count, DecoderWidths.Count);
}
