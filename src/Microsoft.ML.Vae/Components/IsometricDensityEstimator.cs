using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Which columns of a VAE the density is read from.</summary>
public enum DensitySource
{
    /// <summary>−L/β − (n/2) log πβ: falls with the distance to the manifold, so it also ranks anomalies. The default.</summary>
    Loss,

    /// <summary>log p(μ) + Σ log σ + (n/2) log(2/β): the density on the manifold alone. For the standard normal prior.</summary>
    Posterior,
}

/// <summary>Whose unit of volume a density is per.</summary>
public enum DensityVolume
{
    /// <summary>The features as they came: the default.</summary>
    RawFeatures,

    /// <summary>The features as the network sees them.</summary>
    ScaledFeatures,
}

/// <summary>Adds LogDensity to the columns of a VAE. There is nothing to learn: β and the active latents stand in the columns' annotations.</summary>
public sealed class IsometricDensityEstimator : IEstimator<IsometricDensityTransformer>
{
    private readonly IHost _host;
    private readonly Options _options;

    internal IsometricDensityEstimator(IHostEnvironment env, Options options)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(options);
        OptionChecks.CheckDefined(options.Source, nameof(options.Source));
        OptionChecks.CheckDefined(options.Volume, nameof(options.Volume));
        (_host, _options) = (env.Register("IsometricDensity"), options);
    }

    /// <summary>Columns and source of the density. Immutable.</summary>
    public sealed record Options
    {
        /// <summary>The added column, Single, nats, higher = more normal.</summary>
        public string OutputColumnName { get; init; } = ColumnNames.LogDensity;

        /// <summary>The prefix that the VAE's columns were given.</summary>
        public string InputPrefix { get; init; } = "";

        /// <summary>Where the density is read from.</summary>
        public DensitySource Source { get; init; } = DensitySource.Loss;

        /// <summary>Whose unit of volume it is per.</summary>
        public DensityVolume Volume { get; init; } = DensityVolume.RawFeatures;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The source is the posterior, and the prior not the standard normal one.</exception>
    public IsometricDensityTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        string loss = _options.InputPrefix + ColumnNames.Loss;
        InputColumn.CheckScalar(_host, input.Schema, loss, "loss");
        var vae = VaeFacts.Of(_host, input.Schema[loss]);
        if (_options.Source == DensitySource.Posterior && vae.Prior != StandardNormalPrior.Instance.Name)
            throw _host.Process(new InvalidOperationException($"The density from the posterior needs the prior {StandardNormalPrior.Instance.Name}, the model's is {vae.Prior}: use {nameof(DensitySource)}.{nameof(DensitySource.Loss)}."));
        int[] active = [.. Enumerable.Range(0, vae.LatentDimension).Where(j => vae.ActiveLatents[j])];
        return new IsometricDensityTransformer(_host, new IsometricDensityTransformer.State(
            _options.OutputColumnName, _options.InputPrefix, _options.Source, vae.KlWeight, vae.LatentDimension, active, _options.Volume));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        InputColumn.CheckShape(_host, inputSchema, _options.InputPrefix + ColumnNames.Loss, "loss", SchemaShape.Column.VectorKind.Scalar);
        PosteriorReader.CheckShape(_host, inputSchema, _options.InputPrefix);
        return OutputColumn.Promise(inputSchema, [OutputColumn.Scalar(_options.OutputColumnName)]);
    }
}
