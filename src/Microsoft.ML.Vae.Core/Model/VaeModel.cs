namespace Microsoft.ML.Vae.Core;

/// <summary>A trained VAE: scaling, networks, likelihood, prior, and the bound and β it was trained with. Immutable and thread-safe.</summary>
public sealed class VaeModel
{
    /// <summary>Puts the parts together.</summary>
    /// <param name="architecture">Networks, posterior, likelihood, prior.</param>
    /// <param name="parameters">Weights.</param>
    /// <param name="klWeight">β.</param>
    /// <param name="scaling">What raw features go through first; null: nothing.</param>
    /// <param name="featureNames">Null: f0, f1, …</param>
    /// <param name="bound">What training maximised; null: the evidence bound.</param>
    /// <param name="activeLatents">Indices of the latents that carry information, increasing; null: all.</param>
    /// <param name="missing">How rows with missing values are judged; null: they are refused.</param>
    /// <param name="columns">The source columns, side by side; null: each feature is one.</param>
    /// <param name="watched">The feature of a raw row that each of the last features watches: it is 1 where that one is missing; null: all features are those of a raw row.</param>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public VaeModel(
        VaeArchitecture architecture, VaeParameters parameters, double klWeight, FeatureScaling? scaling = null, IReadOnlyList<string>? featureNames = null, Bound? bound = null,
        IReadOnlyList<int>? activeLatents = null, MissingValues? missing = null, IReadOnlyList<FeatureColumn>? columns = null, IReadOnlyList<int>? watched = null)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(parameters);
        if (!parameters.Layout.Blocks.SequenceEqual(new ParameterLayout(architecture).Blocks))
            throw new ArgumentException($"The parameters belong to another architecture: {parameters.Values.Length} values, other blocks.", nameof(parameters));
        int m = architecture.FeatureCount;
        Scaling = scaling ?? FeatureScaling.Identity(m);
        if (Scaling.Offsets.Length != m) throw new ArgumentException($"Expected a scaling of {m} features, got {Scaling.Offsets.Length}.", nameof(scaling));
        FeatureNames = featureNames ?? [.. Enumerable.Range(0, m).Select(i => $"f{i}")];
        if (FeatureNames.Count != m) throw new ArgumentException($"Expected {m} feature names, got {FeatureNames.Count}.", nameof(featureNames));
        ActiveLatents = activeLatents ?? [.. Enumerable.Range(0, architecture.LatentDimension)];
        if (ActiveLatents.Any(j => j < 0 || j >= architecture.LatentDimension) || !ActiveLatents.SequenceEqual(ActiveLatents.Distinct().Order()))
            throw new ArgumentException($"Expected increasing indices below {architecture.LatentDimension}, got [{string.Join(", ", ActiveLatents)}].", nameof(activeLatents));
        if (missing is not null && (missing.Costs.Count != m || !architecture.Likelihood.IsSeparable))
            throw new ArgumentException($"Expected {m} costs of missing values, and a likelihood whose features may be missing; got {missing.Costs.Count} and {architecture.Likelihood.Name}.", nameof(missing));
        Watched = [.. watched ?? []];
        if (Watched.Any(i => i < 0 || i >= m - Watched.Count) || (Watched.Count > 0 && missing is null))
            throw new ArgumentException($"Expected flags that watch features below {m - Watched.Count}, of a model that accepts missing values, got [{string.Join(", ", Watched)}].", nameof(watched));
        (Missing, Columns) = (missing, columns is null ? FeatureColumn.Each(FeatureNames) : [.. FeatureColumn.Checked(columns, m)]);
        (Architecture, Parameters, KlWeight, Bound) = (architecture.Validated(), parameters, Guard.Positive(klWeight, nameof(klWeight)), bound ?? Bound.Evidence);
    }

    /// <summary>Networks, posterior, likelihood, prior.</summary>
    public VaeArchitecture Architecture { get; }

    /// <summary>Weights.</summary>
    public VaeParameters Parameters { get; }

    /// <summary>β of the loss L_x = D + β·KL.</summary>
    public double KlWeight { get; }

    /// <summary>What training maximised.</summary>
    public Bound Bound { get; }

    /// <summary>What brings raw features to the scale of the encoder.</summary>
    public FeatureScaling Scaling { get; }

    /// <summary>Names of the features, [m].</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>The source columns, side by side: where a category has become several features, reasons are summed over them.</summary>
    public IReadOnlyList<FeatureColumn> Columns { get; }

    /// <summary>Those of a raw row, without the flags behind them.</summary>
    public IEnumerable<FeatureColumn> InputColumns => Columns.Where(c => c.First < InputCount);

    /// <summary>The latents that carry information: the dimensions of the data as the model sees it, and of its density.</summary>
    public IReadOnlyList<int> ActiveLatents { get; }

    /// <summary>How rows with missing values are judged. Null: they have no score.</summary>
    public MissingValues? Missing { get; }

    /// <summary>The features of a raw row that the last features watch, in their order: each is 1 where the one it watches is missing. Empty unless missingness is included.</summary>
    public IReadOnlyList<int> Watched { get; }

    /// <summary>Length of a raw row: m less the number of <see cref="Watched"/>.</summary>
    public int InputCount => FeatureCount - Watched.Count;

    /// <summary>m.</summary>
    public int FeatureCount => Architecture.FeatureCount;

    /// <summary>n.</summary>
    public int LatentDimension => Architecture.LatentDimension;

    /// <summary>The likelihood's own trained parameters.</summary>
    public ReadOnlySpan<float> LikelihoodParameters => Parameters[Parameters.Layout.Likelihood];

    /// <summary>The prior's own trained parameters.</summary>
    public ReadOnlySpan<float> PriorParameters => Parameters[Parameters.Layout.Prior];

    /// <summary>The same model with what was measured of its latents.</summary>
    public VaeModel WithActiveLatents(IReadOnlyList<int> latents) => new(Architecture, Parameters, KlWeight, Scaling, FeatureNames, Bound, latents, Missing, Columns, Watched);

    /// <summary>The same model with another treatment of missing values.</summary>
    internal VaeModel WithMissing(MissingValues? missing) => new(Architecture, Parameters, KlWeight, Scaling, FeatureNames, Bound, ActiveLatents, missing, Columns, Watched);

    /// <summary>p(z) with its parameters in place; pseudo-inputs have gone through the encoder.</summary>
    public IPriorDensity CreatePriorDensity()
    {
        float[] own = PriorParameters.ToArray();
        int components = Architecture.Prior.PseudoInputCount;
        return Architecture.Prior.Density(LatentDimension, components == 0 ? own : EncodePseudoInputs(own, components), CreateDecoderImmersion);
    }

    /// <summary>The mean decoder z ↦ x̆ (scaled features) as a smooth map in double precision.</summary>
    public NetworkImmersion CreateDecoderImmersion() => new(Parameters.Layout.MeanDecoder, Parameters.Values.ToArray());

    private float[] EncodePseudoInputs(float[] own, int components)
    {
        var posteriors = new PseudoPosteriors(Architecture.Posterior, components, LatentDimension);
        var mixture = new float[posteriors.ParameterCount];
        own.AsSpan(0, components).CopyTo(mixture);
        using var encoder = ForwardPass.Create(Parameters.Values, Parameters.Layout.Encoder, components);
        var heads = encoder.Run(own.AsSpan(components), components);
        int length = Parameters.Layout.Head.Output.Length;
        for (int c = 0; c < components; c++) posteriors.Write(c, heads.Slice(c * length, length), mixture);
        return mixture;
    }
}
