using Microsoft.ML.SearchSpace;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>What a search may vary: latent dimension, β, widths, learning rate. Flat, so that ML.NET's <c>new SearchSpace&lt;VaeSearchOptions&gt;()</c>
/// reads bounds and scales from it; <see cref="Apply"/> turns a point of the space into a trainer's options. Immutable.</summary>
/// <remarks>The defaults are the trainer's own, so that a search begins where one without a search ends.</remarks>
public sealed record VaeSearchOptions
{
    // An attribute takes constants only; a test holds them equal to the trainer's defaults.
    private const int DefaultLatents = VaeFitOptions.DefaultMaximumLatents, DefaultWidth = 256, DefaultLayers = 2;
    private const double DefaultKlWeight = 1, DefaultLearningRate = 2e-3;

    /// <summary>n. Searched evenly in its logarithm; more latents than features collapse, and cost time only.</summary>
    [Range(1, DefaultLatents, DefaultLatents, logBase: true)]
    public int LatentDimension { get; init; } = DefaultLatents;

    /// <summary>β. One power of ten to each side of 1, where the loss is the negative evidence bound.</summary>
    [Range(0.1, 10, DefaultKlWeight, logBase: true)]
    public double KlWeight { get; init; } = DefaultKlWeight;

    /// <summary>Width of every hidden layer; the decoder mirrors the encoder.</summary>
    [Range(16, 512, DefaultWidth, logBase: true)]
    public int Width { get; init; } = DefaultWidth;

    /// <summary>Hidden layers of the encoder, and of the decoder.</summary>
    [Choice(new object[] { 1, 2, 3 }, DefaultLayers)]
    public int Layers { get; init; } = DefaultLayers;

    /// <summary>Adam's peak step size.</summary>
    [Range(2e-4, 2e-2, DefaultLearningRate, logBase: true)]
    public double LearningRate { get; init; } = DefaultLearningRate;

    /// <summary>The given options with these values in their place; everything else stays.</summary>
    public T Apply<T>(T options) where T : VaeOptions
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with
        {
            LatentDimension = LatentDimension,
            HiddenWidths = [.. Enumerable.Repeat(Width, Layers)],
            Training = options.Training with { KlWeight = KlWeight, LearningRate = LearningRate },
        };
    }
}
