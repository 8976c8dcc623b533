using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;
using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae;

/// <summary>Prepares the geometry of a trained VAE's latent space. There is nothing to learn but the reference points, and those only where none are given.</summary>
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

        /// <summary>Prefix of the added columns MagnificationFactor and GeodesicDistance.</summary>
        public string OutputPrefix { get; init; } = "";

        /// <summary>Latent points that distances are measured to, each [n]; null: the <see cref="ReferenceCount"/> centres of the fitted rows' latents.</summary>
        public IReadOnlyList<float[]>? References { get; init; }

        /// <summary>Centres (Euclidean k-means) where no references are given. Each costs a geodesic per row.</summary>
        public int ReferenceCount { get; init; } = 4;

        /// <summary>Fixes the centres; null: drawn from the MLContext's seed.</summary>
        public int? Seed { get; init; }

        /// <summary>s ≥ 0, scaled features per prior unit: the metric is JᵀJ + s²I. Above zero where latents are collapsed: JᵀJ alone is then nearly singular, and geodesics may wander or not converge.</summary>
        public double MetricFloor { get; init; }

        /// <summary>What a geodesic must reach, and what it may cost.</summary>
        public GeodesicOptions Geodesics { get; init; } = new();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">There are fewer rows with a latent than references to choose.</exception>
    public LatentGeometryTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        string latent = _options.InputPrefix + ColumnNames.Latent;
        InputColumn.CheckVector(_host, input.Schema, latent, "latent", _options.Model.LatentDimension);
        float[][] references = _options.References is { } given ? [.. given.Select(r => r.ToArray())] : Centres(input, latent);
        return new LatentGeometryTransformer(_host, _options.Model, new LatentGeometryTransformer.State(latent, _options.OutputPrefix, references, _options.MetricFloor, _options.Geodesics));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        InputColumn.CheckShape(_host, inputSchema, _options.InputPrefix + ColumnNames.Latent, "latent", SchemaShape.Column.VectorKind.Vector);
        return OutputColumn.Promise(inputSchema, LatentGeometryTransformer.Outputs(_options.OutputPrefix, references: 1));
    }

    private float[][] Centres(IDataView input, string latent)
    {
        int n = _options.Model.LatentDimension, count = _options.ReferenceCount;
        double[] points = Latents(input, latent, n);
        int rows = points.Length / n;
        if (rows < count)
            throw _host.Process(new InvalidOperationException($"{rows} rows have a latent, but {count} references were asked for: ask for fewer, fit on more rows, or give References."));
        double[] centres = KMeans.Fit(points, n, count, _options.Seed ?? _host.Rand.Next()).Centres;
        return [.. centres.Chunk(n).Select(c => Array.ConvertAll(c, z => (float)z))];
    }

    // [rows, n]; rows without a latent (NaN) are skipped.
    private static double[] Latents(IDataView input, string latent, int n)
    {
        var points = new List<double>();
        using var cursor = input.GetRowCursor([input.Schema[latent]]);
        var slots = new VectorSlots(cursor, latent, n, 1);
        while (cursor.MoveNext())
        {
            slots.Fetch(0);
            if (Array.TrueForAll(slots.Table, float.IsFinite)) points.AddRange(slots.Table.Select(z => (double)z));
        }
        return [.. points];
    }
}
