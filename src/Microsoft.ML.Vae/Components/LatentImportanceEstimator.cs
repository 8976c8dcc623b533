using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Learns, in one pass over the posteriors, how much each latent matters, and the isometric coordinates.</summary>
public sealed class LatentImportanceEstimator : IEstimator<LatentImportanceTransformer>
{
    private readonly IHost _host;
    private readonly Options _options;

    internal LatentImportanceEstimator(IHostEnvironment env, Options options)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Count is { } count) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count, nameof(Options.Count));
        (_host, _options) = (env.Register("LatentImportance"), options);
    }

    /// <summary>Columns and number of latents. Immutable.</summary>
    public sealed record Options
    {
        /// <summary>The added column: vector of Single, most important first; unit of the loss metric: of the scaled features for a squared error, √nats for a likelihood.</summary>
        public string OutputColumnName { get; init; } = ColumnNames.IsometricFeatures;

        /// <summary>The prefix that the VAE's columns were given.</summary>
        public string InputPrefix { get; init; } = "";

        /// <summary>k, the number of latents kept; null: all that carry information (at least one).</summary>
        public int? Count { get; init; }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">There is no row with a posterior.</exception>
    public LatentImportanceTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        string latent = _options.InputPrefix + ColumnNames.Latent;
        int n = InputColumn.CheckVector(_host, input.Schema, latent, "latent");
        var vae = VaeFacts.Of(_host, input.Schema[latent]);
        var (means, logVariances) = PosteriorReader.Read(_host, input, _options.InputPrefix, n);
        var importance = LatentImportance.Of(logVariances, n, vae.KlWeight, vae.PriorVariance);
        using var channel = _host.Start("Training");
        if (importance.Collapsed.Count > 0) channel.Warning("{0} of {1} latents are collapsed: they carry no information", importance.Collapsed.Count, n);
        int count = Math.Min(n, _options.Count ?? Math.Max(1, importance.ActiveCount));
        return new LatentImportanceTransformer(_host, importance, IsometricCoordinates.Fit(means, logVariances, n, vae.KlWeight), count, _options.OutputColumnName, latent);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        PosteriorReader.CheckShape(_host, inputSchema, _options.InputPrefix);
        return OutputColumn.Promise(inputSchema, [OutputColumn.Vector(_options.OutputColumnName, [""])]);
    }
}
