using Microsoft.ML.Data;
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

/// <summary>Adds LogDensity to the columns of a VAE. There is nothing to learn but the normalisation: β, and which latents are dimensions of the data.</summary>
public sealed class IsometricDensityEstimator : IEstimator<IsometricDensityTransformer>
{
    private readonly IHost _host;
    private readonly Options _options;

    internal IsometricDensityEstimator(IHostEnvironment env, Options options)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(options);
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
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">There is no row with a posterior.</exception>
    /// <exception cref="NotSupportedException">The density of the posterior was asked for, and the prior is not the standard normal.</exception>
    public IsometricDensityTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        string loss = _options.InputPrefix + ColumnNames.Loss;
        InputColumn.CheckScalar(_host, input.Schema, loss, "loss");
        var vae = VaeFacts.Of(_host, input.Schema[loss]);
        if (_options.Source == DensitySource.Posterior && vae.Prior != StandardNormalPrior.Instance.Name)
            throw _host.Process(new NotSupportedException($"The density of the posterior is that of the standard normal prior, but the VAE's is {vae.Prior}: use {nameof(DensitySource)}.{nameof(DensitySource.Loss)}."));
        var (_, logVariances) = PosteriorReader.Read(_host, input, _options.InputPrefix, vae.LatentDimension);
        var importance = LatentImportance.Of(logVariances, vae.LatentDimension, vae.KlWeight, vae.PriorVariance);
        int[] active = [.. Enumerable.Range(0, vae.LatentDimension).Where(importance.IsActive)];
        return new IsometricDensityTransformer(_host, new IsometricDensityTransformer.State(_options.OutputColumnName, _options.InputPrefix, _options.Source, vae.KlWeight, vae.LatentDimension, active));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        InputColumn.CheckShape(_host, inputSchema, _options.InputPrefix + ColumnNames.Loss, "loss", SchemaShape.Column.VectorKind.Scalar);
        PosteriorReader.CheckShape(_host, inputSchema, _options.InputPrefix);
        return OutputColumn.Promise(inputSchema, [OutputColumn.Scalar(_options.OutputColumnName)]);
    }
}
