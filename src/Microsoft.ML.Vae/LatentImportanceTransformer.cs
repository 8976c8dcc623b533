using Microsoft.ML.Data;
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
        _options = options ?? throw new ArgumentNullException(nameof(options));
        if (options.Count is { } count) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count, nameof(Options.Count));
        _host = env.Register("LatentImportance");
    }

    /// <summary>Columns and number of latents. Immutable.</summary>
    public sealed record Options
    {
        /// <summary>The added column: vector of Single, most important first; unit of the loss metric: of the scaled features for a squared error, √nats for a likelihood.</summary>
        public string OutputColumnName { get; init; } = "IsometricFeatures";

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
        string latent = _options.InputPrefix + "Latent";
        int n = InputColumn.CheckVector(_host, input.Schema, latent, "latent");
        double klWeight = OutputColumn.Annotation(input.Schema[latent], OutputColumn.KlWeightKind, double.NaN);
        if (double.IsNaN(klWeight)) throw InputColumn.NotOfVae(_host, latent, $"the annotation {OutputColumn.KlWeightKind}");
        var (means, logVariances) = PosteriorReader.Read(_host, input, _options.InputPrefix, n);
        var importance = LatentImportance.Of(logVariances, n, klWeight);
        using var channel = _host.Start("Training");
        if (importance.Collapsed.Count > 0) channel.Warning("{0} of {1} latents are collapsed: they carry no information", importance.Collapsed.Count, n);
        int count = Math.Min(n, _options.Count ?? Math.Max(1, n - importance.Collapsed.Count));
        return new LatentImportanceTransformer(_host, importance, IsometricCoordinates.Fit(means, logVariances, n, klWeight), count, _options.OutputColumnName, latent);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        foreach (string name in new[] { "Latent", "LatentLogVariance" })
            InputColumn.CheckShape(_host, inputSchema, _options.InputPrefix + name, "latent", SchemaShape.Column.VectorKind.Vector);
        return OutputColumn.Promise(inputSchema, [OutputColumn.NamedVectorShape(_options.OutputColumnName)]);
    }
}

/// <summary>The k most important latents in isometric coordinates, like PCA's scores; slot names tell each one's share of the variance.</summary>
public sealed class LatentImportanceTransformer : ITransformer, IBatchMapping
{
    internal const string LoaderName = "MLVaeLatentImportance", Signature = "MLVAEIMP";

    private readonly IHost _host;
    private readonly string _output, _input;

    internal LatentImportanceTransformer(IHostEnvironment env, LatentImportance importance, IsometricCoordinates coordinates, int count, string output, string input)
    {
        (_host, Importance, Coordinates, Count, _output, _input) = (env.Register(nameof(LatentImportanceTransformer)), importance, coordinates, count, output, input);
    }

    /// <summary>Variance and share of every latent: the table like PCA's eigenvalues.</summary>
    public LatentImportance Importance { get; }

    /// <summary>The monotone maps from posterior means to isometric coordinates.</summary>
    public IsometricCoordinates Coordinates { get; }

    /// <summary>k.</summary>
    public int Count { get; }

    int IBatchMapping.BatchSize => 256;

    bool ITransformer.IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => BatchTransform.OutputSchema(this, inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => BatchTransform.Transform(_host, this, input);

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => BatchTransform.RowMapper(this, inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ModelStore.Save(ctx, Signature, LoaderName, s => Settings.Write(
        s, new State([.. Importance.InverseVariance], Importance.KlWeight, [.. Coordinates.Knots], [.. Coordinates.Values], Count, _output, _input)));

    IReadOnlyList<DataViewSchema.DetachedColumn> IBatchMapping.Outputs(DataViewSchema input)
    {
        InputColumn.CheckVector(_host, input, _input, "latent", Coordinates.LatentDimension);
        return [OutputColumn.NamedVector(_output, Importance.SlotNames(Count))];
    }

    IEnumerable<string> IBatchMapping.Inputs(DataViewSchema input, bool[] wanted) => [_input];

    IBatchComputation IBatchMapping.Bind(DataViewRow input, bool[] wanted, int capacity) => new Computation(this, input, capacity);

    IReadOnlyList<string> IBatchMapping.WriteOnnx(OnnxGraph graph, Func<string, string> column) =>
        [CoordinateNodes.Project(graph, Coordinates, Importance.Order, Count, column(_input))];

    internal static LatentImportanceTransformer Read(IHostEnvironment env, Stream stream)
    {
        var s = Settings.Read<State>(stream);
        return new LatentImportanceTransformer(env, new LatentImportance(s.InverseVariance, s.KlWeight), new IsometricCoordinates(s.Knots, s.Values), s.Count, s.Output, s.Input);
    }

    private sealed record State(double[] InverseVariance, double KlWeight, float[][] Knots, float[][] Values, int Count, string Output, string Input);

    private sealed class Computation(LatentImportanceTransformer owner, DataViewRow input, int capacity) : IBatchComputation
    {
        private readonly VectorSlots _mean = new(input, owner._input, owner.Coordinates.LatentDimension, capacity);
        private readonly float[] _values = new float[capacity * owner.Count];

        public void Fetch(int slot) => _mean.Fetch(slot);

        public void Compute(int count)
        {
            for (int slot = 0; slot < count; slot++)
                owner.Coordinates.Project(_mean[slot], owner.Importance.Order, _values.AsSpan(slot * owner.Count, owner.Count));
        }

        public Delegate Getter(int output, Func<int> slot) => OutputValue.Vector(_values, owner.Count, slot);
    }
}
