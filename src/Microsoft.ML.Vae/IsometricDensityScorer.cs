using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Which columns of a VAE the density is read from.</summary>
public enum DensitySource
{
    /// <summary>−L/β − (n/2) log πβ: falls with the distance to the manifold, so it also ranks anomalies. The default.</summary>
    Loss,

    /// <summary>log p(μ) + Σ log σ + (n/2) log(2/β): the density on the manifold alone.</summary>
    Posterior,
}

/// <summary>Adds LogDensity to the columns of a VAE. There is nothing to learn but the normalisation: β, and which latents are dimensions of the data.</summary>
public sealed class IsometricDensityEstimator : IEstimator<IsometricDensityScorer>
{
    private readonly IHost _host;
    private readonly Options _options;

    internal IsometricDensityEstimator(IHostEnvironment env, Options options)
    {
        ArgumentNullException.ThrowIfNull(env);
        _options = options ?? throw new ArgumentNullException(nameof(options));
        _host = env.Register("IsometricDensity");
    }

    /// <summary>Columns and source of the density. Immutable.</summary>
    public sealed record Options
    {
        /// <summary>The added column, Single, nats, higher = more normal.</summary>
        public string OutputColumnName { get; init; } = "LogDensity";

        /// <summary>The prefix that the VAE's columns were given.</summary>
        public string InputPrefix { get; init; } = "";

        /// <summary>Where the density is read from.</summary>
        public DensitySource Source { get; init; } = DensitySource.Loss;
    }

    /// <inheritdoc/>
    public IsometricDensityScorer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        string loss = _options.InputPrefix + "Loss";
        InputColumn.CheckScalar(_host, input.Schema, loss, "loss");
        double klWeight = OutputColumn.Annotation(input.Schema[loss], OutputColumn.KlWeightKind, double.NaN);
        int latents = OutputColumn.Annotation(input.Schema[loss], OutputColumn.LatentDimensionKind, 0);
        if (double.IsNaN(klWeight) || latents == 0) throw InputColumn.NotOfVae(_host, loss, $"the annotations {OutputColumn.KlWeightKind} and {OutputColumn.LatentDimensionKind}");
        var active = ActiveLatents(input, latents, klWeight);
        return new IsometricDensityScorer(_host, new IsometricDensityScorer.State(_options.OutputColumnName, _options.InputPrefix, _options.Source, klWeight, latents, active));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        InputColumn.CheckShape(_host, inputSchema, _options.InputPrefix + "Loss", "loss", SchemaShape.Column.VectorKind.Scalar);
        foreach (string name in new[] { "Latent", "LatentLogVariance" })
            InputColumn.CheckShape(_host, inputSchema, _options.InputPrefix + name, "latent", SchemaShape.Column.VectorKind.Vector);
        return OutputColumn.Promise(inputSchema, [OutputColumn.ScalarShape(_options.OutputColumnName)]);
    }

    private int[] ActiveLatents(IDataView input, int latents, double klWeight)
    {
        var (_, logVariances) = PosteriorReader.Read(_host, input, _options.InputPrefix, latents);
        var importance = LatentImportance.Of(logVariances, latents, klWeight);
        return [.. Enumerable.Range(0, latents).Where(importance.IsActive)];
    }
}

/// <summary>log-density on the data's manifold, nats, absolute constants included (Nakagawa et al. 2021); higher = more normal.</summary>
/// <remarks>Per unit volume of the scaled features where the loss metric is a multiple of the identity (squared error, fixed Gaussian variance);
/// per unit volume of the loss metric else (learned variances, Bernoulli).</remarks>
public sealed class IsometricDensityScorer : ITransformer, IBatchMapping
{
    internal const string LoaderName = "MLVaeIsometricDensity", Signature = "MLVAEDNS";

    private readonly IHost _host;
    private readonly State _state;

    internal IsometricDensityScorer(IHostEnvironment env, State state) => (_host, _state) = (env.Register(nameof(IsometricDensityScorer)), state);

    int IBatchMapping.BatchSize => 256;

    bool ITransformer.IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => BatchTransform.OutputSchema(this, inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => BatchTransform.Transform(_host, this, input);

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => BatchTransform.RowMapper(this, inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ModelStore.Save(ctx, Signature, LoaderName, s => Settings.Write(s, _state));

    IReadOnlyList<DataViewSchema.DetachedColumn> IBatchMapping.Outputs(DataViewSchema input)
    {
        InputColumn.CheckScalar(_host, input, _state.Prefix + "MetricScale", "metric scale");
        if (_state.Source == DensitySource.Loss)
            InputColumn.CheckScalar(_host, input, _state.Prefix + "Loss", "loss");
        else
            foreach (string name in new[] { "Latent", "LatentLogVariance" }) InputColumn.CheckVector(_host, input, _state.Prefix + name, "latent", _state.LatentDimension);
        return [OutputColumn.Scalar(_state.Output)];
    }

    IEnumerable<string> IBatchMapping.Inputs(DataViewSchema input, bool[] wanted) => _state.Source == DensitySource.Loss
        ? [_state.Prefix + "Loss", _state.Prefix + "MetricScale"]
        : [_state.Prefix + "Latent", _state.Prefix + "LatentLogVariance", _state.Prefix + "MetricScale"];

    IBatchComputation IBatchMapping.Bind(DataViewRow input, bool[] wanted, int capacity) => new Computation(_state, input, capacity);

    IReadOnlyList<string> IBatchMapping.WriteOnnx(OnnxGraph graph, Func<string, string> column)
    {
        string scale = column(_state.Prefix + "MetricScale");
        return
        [
            _state.Source == DensitySource.Loss
                ? DensityNodes.FromLoss(graph, column(_state.Prefix + "Loss"), scale, _state.Active.Length, _state.KlWeight)
                : DensityNodes.FromPosterior(graph, column(_state.Prefix + "Latent"), column(_state.Prefix + "LatentLogVariance"), scale, _state.Active, _state.KlWeight),
        ];
    }

    internal static IsometricDensityScorer Read(IHostEnvironment env, Stream stream) => new(env, Settings.Read<State>(stream));

    internal sealed record State(string Output, string Prefix, DensitySource Source, double KlWeight, int LatentDimension, int[] Active);

    private sealed class Computation : IBatchComputation
    {
        private readonly State _state;
        private readonly ScalarSlots _weight;
        private readonly ScalarSlots? _loss;
        private readonly VectorSlots? _mean, _logVariance;

        public Computation(State state, DataViewRow input, int capacity)
        {
            (_state, _weight) = (state, new ScalarSlots(input, state.Prefix + "MetricScale", capacity));
            if (state.Source == DensitySource.Loss)
            {
                _loss = new ScalarSlots(input, state.Prefix + "Loss", capacity);
                return;
            }
            _mean = new VectorSlots(input, state.Prefix + "Latent", state.LatentDimension, capacity);
            _logVariance = new VectorSlots(input, state.Prefix + "LatentLogVariance", state.LatentDimension, capacity);
        }

        public void Fetch(int slot)
        {
            _weight.Fetch(slot);
            _loss?.Fetch(slot);
            _mean?.Fetch(slot);
            _logVariance?.Fetch(slot);
        }

        public void Compute(int count) { }

        public Delegate Getter(int output, Func<int> slot) => OutputValue.Scalar(LogDensity, slot);

        private float LogDensity(int slot)
        {
            double logMetricDensity = _loss is null
                ? IsometricDensity.FromPosterior(Active(_mean![slot]), Active(_logVariance![slot]), _state.KlWeight)
                : IsometricDensity.FromLoss(_loss.Table[slot], _state.Active.Length, _state.KlWeight);
            return VaeScorer.ToColumn(IsometricDensity.ToInputDensity(logMetricDensity, _weight.Table[slot], _state.Active.Length));
        }

        private float[] Active(ReadOnlySpan<float> latents)
        {
            var active = new float[_state.Active.Length];
            for (int k = 0; k < active.Length; k++) active[k] = latents[_state.Active[k]];
            return active;
        }
    }
}
