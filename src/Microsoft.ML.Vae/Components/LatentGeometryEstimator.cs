using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;
using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae;

/// <summary>Prepares the geometry of a trained VAE's latent space: fits the decoder's standard deviation to what its mean leaves of the rows, and chooses the reference points where none are given.</summary>
public sealed class LatentGeometryEstimator : IEstimator<LatentGeometryTransformer>
{
    private readonly IHost _host;
    private readonly Options _options;

    internal LatentGeometryEstimator(IHostEnvironment env, Options options)
    {
        ArgumentNullException.ThrowIfNull(env);
        OptionChecks.Check(options);
        (_host, _options) = (env.Register("LatentGeometry"), options);
    }

    /// <summary>Decoder, columns, reference points and what a geodesic must reach. Immutable.</summary>
    public sealed record Options
    {
        /// <summary>The trained VAE that the Latent column comes from; saved with the transformer.</summary>
        public required VaeModel Model { get; init; }

        /// <summary>The prefix that the VAE's columns were given.</summary>
        public string InputPrefix { get; init; } = "";

        /// <summary>The rows that the latents belong to, a vector of Single as the VAE was trained on; read once, to fit <see cref="Noise"/>.</summary>
        public string FeatureColumnName { get; init; } = ColumnNames.Features;

        /// <summary>Prefix of the added columns MagnificationFactor and GeodesicDistance.</summary>
        public string OutputPrefix { get; init; } = "";

        /// <summary>Latent points that distances are measured to, each [n]; null: the <see cref="ReferenceCount"/> centres of the fitted rows' latents.</summary>
        public IReadOnlyList<float[]>? References { get; init; }

        /// <summary>Centres (Euclidean k-means) where no references are given. Each costs a geodesic per row.</summary>
        public int ReferenceCount { get; init; } = 4;

        /// <summary>Fixes the centres, and the rows that σ is fitted to; null: drawn from the MLContext's seed.</summary>
        public int? Seed { get; init; }

        /// <summary>How the decoder's standard deviation σ(z) is fitted: the metric is JμᵀJμ + JσᵀJσ, so that geodesics keep to where rows are. Shared by all features, which costs one
        /// output instead of one per feature, by 16 radial functions: with 100 geodesics take three times as long. Null: the mean's metric alone, for which the shortest path may cut through places where no row is.</summary>
        public RbfScaleOptions? Noise { get; init; } = new() { Shared = true, Centres = 16 };

        /// <summary>s ≥ 0, scaled features per prior unit: s²I is added to the metric. Where latents are collapsed, as superfluous ones are, the metric is nearly singular without it, and geodesics wander or do not
        /// converge. .1: a prior unit of such a latent counts as a tenth of a feature's spread.</summary>
        public double MetricFloor { get; init; } = 0.1;

        /// <summary>What a geodesic must reach, and what it may cost.</summary>
        public GeodesicOptions Geodesics { get; init; } = new();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">There are fewer rows with a latent than references to choose, or none.</exception>
    public LatentGeometryTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        string latent = _options.InputPrefix + ColumnNames.Latent;
        InputColumn.CheckVector(_host, input.Schema, latent, "latent", _options.Model.LatentDimension);
        int seed = _options.Seed ?? _host.Rand.Next();
        var codes = CodedRows.Read(_host, input, latent, _options.Noise is null ? null : _options.FeatureColumnName, _options.Model, seed);
        float[][] references = _options.References is { } given ? [.. given.Select(r => r.ToArray())] : Centres(codes, seed);
        var noise = _options.Noise is { } options ? LatentGeometryTransformer.NoiseState.Of(codes.Deviation(_options.Model, options)) : null;
        return new LatentGeometryTransformer(
            _host, _options.Model, new LatentGeometryTransformer.State(latent, _options.OutputPrefix, references, _options.MetricFloor, _options.Geodesics, noise));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        InputColumn.CheckShape(_host, inputSchema, _options.InputPrefix + ColumnNames.Latent, "latent", SchemaShape.Column.VectorKind.Vector);
        if (_options.Noise is not null) InputColumn.CheckShape(_host, inputSchema, _options.FeatureColumnName, "feature", SchemaShape.Column.VectorKind.Vector);
        return OutputColumn.Promise(inputSchema, LatentGeometryTransformer.Outputs(_options.OutputPrefix, references: 1));
    }

    private float[][] Centres(CodedRows codes, int seed)
    {
        int n = _options.Model.LatentDimension, count = _options.ReferenceCount;
        if (codes.Count < count)
            throw _host.Process(new InvalidOperationException($"{codes.Count} rows have a latent, but {count} references were asked for: ask for fewer, fit on more rows, or give References."));
        double[] centres = KMeans.Fit(codes.Codes, n, count, seed).Centres;
        return [.. centres.Chunk(n).Select(c => Array.ConvertAll(c, z => (float)z))];
    }
}
