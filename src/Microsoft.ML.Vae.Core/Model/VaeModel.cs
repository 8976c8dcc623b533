namespace Microsoft.ML.Vae.Core;

/// <summary>A trained VAE: scaling, encoder, decoder, likelihood and the β it was trained with. Immutable and thread-safe.</summary>
public sealed class VaeModel
{
    /// <summary>Puts the parts together.</summary>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public VaeModel(VaeArchitecture architecture, VaeParameters parameters, double klWeight, FeatureScaling? scaling = null, IReadOnlyList<string>? featureNames = null)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(parameters);
        if (!(klWeight > 0 && double.IsFinite(klWeight))) throw new ArgumentOutOfRangeException(nameof(klWeight), klWeight, "Expected a positive number.");
        if (!parameters.Layout.Blocks.SequenceEqual(new ParameterLayout(architecture).Blocks))
            throw new ArgumentException($"The parameters belong to another architecture: {parameters.Values.Length} values, other blocks.", nameof(parameters));
        int m = architecture.FeatureCount;
        Scaling = scaling ?? FeatureScaling.Identity(m);
        if (Scaling.Offsets.Length != m) throw new ArgumentException($"Expected a scaling of {m} features, got {Scaling.Offsets.Length}.", nameof(scaling));
        FeatureNames = featureNames ?? [.. Enumerable.Range(0, m).Select(i => $"f{i}")];
        if (FeatureNames.Count != m) throw new ArgumentException($"Expected {m} feature names, got {FeatureNames.Count}.", nameof(featureNames));
        (Architecture, Parameters, KlWeight) = (architecture.Validated(), parameters, klWeight);
    }

    /// <summary>Sizes, activations, likelihood.</summary>
    public VaeArchitecture Architecture { get; }

    /// <summary>Weights.</summary>
    public VaeParameters Parameters { get; }

    /// <summary>β of the loss L_x = D + β·KL.</summary>
    public double KlWeight { get; }

    /// <summary>What brings raw features to the scale of the encoder.</summary>
    public FeatureScaling Scaling { get; }

    /// <summary>Names of the features, [m].</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>m.</summary>
    public int FeatureCount => Architecture.FeatureCount;

    /// <summary>n.</summary>
    public int LatentDimension => Architecture.LatentDimension;

    /// <summary>The likelihood's own trained parameters.</summary>
    public ReadOnlySpan<float> LikelihoodParameters => Parameters[Parameters.Layout.Likelihood];

    /// <summary>Restores the VAE of an ONNX file that <see cref="OnnxExporter"/> wrote, for geometry or further training.</summary>
    /// <exception cref="FormatException">Not an ONNX file, not one of ours, edited, damaged, or of a newer version.</exception>
    public static VaeModel LoadOnnx(string path) => OnnxImporter.Import(path).Model.Vae;

    /// <summary>The mean decoder z ↦ x̆ (scaled features) as a smooth map in double precision.</summary>
    public DecoderImmersion CreateDecoderImmersion() => new(this);
}
